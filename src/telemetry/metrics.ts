import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface ReviewMetrics {
  /** Counts a request that got a code instead of a review. */
  countRefusal(code: string): void;
  observeReview(call: { webhook: string; decision: string; reason: string; seconds: number }): void;
}

interface ApiMetrics {
  /** Records a call to the API server. The outcome is its HTTP status, or why there was none. */
  observeApiCall(call: { verb: string; resource: string; outcome: string; seconds: number }): void;
  countDigestLookup(result: 'hit' | 'miss'): void;
}

interface CertificateMetrics {
  countCertificateReload(result: 'ok' | 'error'): void;
  /** Counts a step of self-managed certificates, or an error on the way. */
  countCertificateStep(step: string): void;
  /** Sets when the serving certificate ends. */
  setCertificateEnd(notAfterMs: number): void;
}

interface SweepMetrics {
  /** Counts an overdue copy that the sweep changed or deleted, or an error on the way. */
  countSweptCopy(result: 'deleted' | 'assigned' | 'unreserved' | 'foreign' | 'error'): void;
  /**
   * Counts a failed read or write of the Lease. It counts as an
   * error of the sweep as long as nothing else needs a leader.
   */
  countLeaseError(): void;
}

export interface Metrics extends ReviewMetrics, ApiMetrics, CertificateMetrics, SweepMetrics {
  readonly registry: Registry;
}

/** In seconds: from a review without any read to the longest timeout of a webhook. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function reviewMetrics(registers: Registry[]): ReviewMetrics {
  const reviews = new Counter({
    name: 'lockstep_reviews_total',
    help: 'Admission reviews answered, by webhook, decision and reason.',
    labelNames: ['webhook', 'decision', 'reason'],
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
    countRefusal: (code) => refusals.inc({ code }),
    observeReview({ webhook, decision, reason, seconds }) {
      reviews.inc({ webhook, decision, reason });
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
  return {
    observeApiCall({ verb, resource, outcome, seconds }) {
      calls.inc({ verb, resource, outcome });
      callSeconds.observe({ verb, resource }, seconds);
    },
    countDigestLookup: (result) => cache.inc({ result }),
  };
}

function certificateMetrics(registers: Registry[]): CertificateMetrics {
  const reloads = new Counter({
    name: 'lockstep_certificate_reloads_total',
    help: 'Changed certificates: now served (ok), or invalid, so the previous one is still served (error).',
    labelNames: ['result'],
    registers,
  });
  const steps = new Counter({
    name: 'lockstep_certificate_steps_total',
    help:
      'Steps of self-managed certificates that this replica wrote (docs/operations.md), ' +
      'and errors on the way.',
    labelNames: ['step'],
    registers,
  });
  const notAfter = new Gauge({
    name: 'lockstep_certificate_not_after_timestamp_seconds',
    help: 'When the serving certificate ends, in seconds since the epoch.',
    registers,
  });
  return {
    countCertificateReload: (result) => reloads.inc({ result }),
    countCertificateStep: (step) => steps.inc({ step }),
    setCertificateEnd: (notAfterMs) => notAfter.set(notAfterMs / 1000),
  };
}

function sweepMetrics(registers: Registry[]): SweepMetrics {
  const copies = new Counter({
    name: 'lockstep_copies_swept_total',
    help: 'Copies that this replica deleted, or left to their ReplicaSets, after the grace; foreign objects; errors.',
    labelNames: ['result'],
    registers,
  });
  return {
    countSweptCopy: (result) => copies.inc({ result }),
    countLeaseError: () => copies.inc({ result: 'error' }),
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
  };
}
