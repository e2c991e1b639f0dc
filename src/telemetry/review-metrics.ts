import { Counter, Histogram } from 'prom-client';
import { BUCKETS } from './buckets.ts';
import type { Registers } from './registers.ts';

type ReviewLabels = Readonly<Record<'webhook' | 'decision' | 'reason' | 'mode', string>>;

/** A review that was answered. */
interface AnsweredReview extends ReviewLabels {
  /** The call was a dry run. */
  readonly dryRun: boolean;
  /** How many warnings its answer has. */
  readonly warnings: number;
  readonly seconds: number;
  /** The id of its trace. Undefined: none is recorded. */
  readonly traceId: string | undefined;
}

export interface ReviewMetrics {
  /** Begins the counters of what is rare at 0: Prometheus sees no increase in one that begins at 1. */
  expectReviews(reviews: readonly ReviewLabels[]): void;
  expectRefusals(codes: readonly string[]): void;
  /** Counts a request that got a code instead of a review. */
  countRefusal(code: string): void;
  observeReview(review: AnsweredReview): void;
}

export function reviewMetrics(registers: Registers): ReviewMetrics {
  const reviews = new Counter({
    name: 'lockstep_reviews_total',
    help:
      'Admission reviews answered, by webhook, decision, reason and mode (observe: nothing was written). ' +
      'dry_run: the call was one, so nothing was written either.',
    labelNames: ['webhook', 'decision', 'reason', 'mode', 'dry_run'],
    registers,
  });
  const refusals = new Counter({
    name: 'lockstep_requests_refused_total',
    help: 'Requests answered with an error status instead of a review, by code (docs/errors.md).',
    labelNames: ['code'],
    registers,
  });
  // An exemplar's label is none of the metric. The types of prom-client know no difference.
  const reviewSeconds = new Histogram<'webhook' | 'trace_id'>({
    name: 'lockstep_review_duration_seconds',
    help: 'Time from a parsed review to its answer, by webhook.',
    labelNames: ['webhook'],
    buckets: BUCKETS,
    enableExemplars: true,
    registers,
  });
  const warned = new Counter({
    name: 'lockstep_warnings_total',
    help: 'Warnings in answers to reviews, which users see, by webhook.',
    labelNames: ['webhook'],
    registers,
  });
  return {
    expectReviews(expected) {
      // Only the labels: a row may have more.
      for (const { webhook, decision, reason, mode } of expected)
        reviews.inc({ webhook, decision, reason, mode, dry_run: 'false' }, 0);
    },
    expectRefusals(codes) {
      for (const code of codes) refusals.inc({ code }, 0);
    },
    countRefusal: (code) => refusals.inc({ code }),
    observeReview({ webhook, decision, reason, mode, dryRun, warnings, seconds, traceId }) {
      reviews.inc({ webhook, decision, reason, mode, dry_run: String(dryRun) });
      warned.inc({ webhook }, warnings);
      const exemplarLabels = traceId === undefined ? {} : { trace_id: traceId };
      reviewSeconds.observe({ labels: { webhook }, value: seconds, exemplarLabels });
    },
  };
}
