import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type CertificateMetrics, certificateMetrics } from './certificate-metrics.ts';
import { type EditMetrics, editMetrics } from './edit-metrics.ts';
import { type LeaderMetrics, leaderMetrics, type SweepMetrics, sweepMetrics } from './leader-metrics.ts';

type ReviewLabels = Readonly<Record<'webhook' | 'decision' | 'reason' | 'mode', string>>;

interface ReviewMetrics {
  /** Begins the counters of what is rare at 0: Prometheus sees no increase in one that begins at 1. */
  expectReviews(reviews: readonly ReviewLabels[]): void;
  expectRefusals(codes: readonly string[]): void;
  /** Counts a request that got a code instead of a review. */
  countRefusal(code: string): void;
  observeReview(call: ReviewLabels & { seconds: number }): void;
}

interface ApiMetrics {
  /** Records a call to the API server. The outcome is its HTTP status, or why there was none. */
  observeApiCall(call: { verb: string; resource: string; outcome: string; seconds: number }): void;
  countDigestLookup(result: 'hit' | 'miss'): void;
  /** Sets how far our own clock is ahead of the API server's. */
  setClockOffset(offsetMs: number): void;
}

export interface Metrics
  extends ReviewMetrics,
    ApiMetrics,
    CertificateMetrics,
    SweepMetrics,
    LeaderMetrics,
    EditMetrics {
  readonly registry: Registry;
}

/** In seconds: from a review without any read to the longest timeout of a webhook. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function reviewMetrics(registers: Registry[]): ReviewMetrics {
  const reviews = new Counter({
    name: 'lockstep_reviews_total',
    help: 'Admission reviews answered, by webhook, decision, reason and mode (observe: nothing was written).',
    labelNames: ['webhook', 'decision', 'reason', 'mode'],
    registers,
  });
  const refusals = new Counter({
    name: 'lockstep_requests_refused_total',
    help: 'Requests answered with an error status instead of a review, by code (docs/errors.md).',
    labelNames: ['code'],
    registers,
  });
  const reviewSeconds = new Histogram({
    name: 'lockstep_review_duration_seconds',
    help: 'Time from a parsed review to its answer, by webhook.',
    labelNames: ['webhook'],
    buckets: BUCKETS,
    registers,
  });
  return {
    expectReviews(expected) {
      // Only the labels: a row may have more.
      for (const { webhook, decision, reason, mode } of expected)
        reviews.inc({ webhook, decision, reason, mode }, 0);
    },
    expectRefusals(codes) {
      for (const code of codes) refusals.inc({ code }, 0);
    },
    countRefusal: (code) => refusals.inc({ code }),
    observeReview({ webhook, decision, reason, mode, seconds }) {
      reviews.inc({ webhook, decision, reason, mode });
      reviewSeconds.observe({ webhook }, seconds);
    },
  };
}

function apiMetrics(registers: Registry[]): ApiMetrics {
  const calls = new Counter({
    name: 'lockstep_api_requests_total',
    help:
      'Calls to the API server, by verb, resource and outcome ' +
      '(HTTP status, deadline, superseded by a second attempt, error).',
    labelNames: ['verb', 'resource', 'outcome'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'lockstep_api_request_duration_seconds',
    help: 'Time of a call to the API server, by verb and resource.',
    labelNames: ['verb', 'resource'],
    buckets: BUCKETS,
    registers,
  });
  const cache = new Counter({
    name: 'lockstep_digest_cache_total',
    help: 'Digests found under the live resourceVersion (hit), or computed (miss).',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['hit', 'miss']) cache.inc({ result }, 0);
  const clockOffset = new Gauge({
    name: 'lockstep_clock_offset_seconds',
    help: 'How far this replica’s clock is ahead of the API server’s, to about a second. Negative: behind.',
    registers,
  });
  return {
    observeApiCall({ verb, resource, outcome, seconds }) {
      calls.inc({ verb, resource, outcome });
      callSeconds.observe({ verb, resource }, seconds);
    },
    countDigestLookup: (result) => cache.inc({ result }),
    setClockOffset: (offsetMs) => clockOffset.set(offsetMs / 1000),
  };
}

/** lockstep's metrics, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...reviewMetrics(registers),
    ...apiMetrics(registers),
    ...certificateMetrics(registers),
    ...sweepMetrics(registers),
    ...leaderMetrics(registers),
    ...editMetrics(registers),
  };
}
