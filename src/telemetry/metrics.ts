import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface ReviewMetrics {
  /** A request that was answered with a code instead of a review. */
  refused(code: string): void;
  review(call: { webhook: string; decision: string; reason: string; seconds: number }): void;
}

interface ApiMetrics {
  /** A call to the API server: its HTTP status, or why there was none. */
  apiCall(call: { verb: string; resource: string; outcome: string; seconds: number }): void;
  digestCache(result: 'hit' | 'miss'): void;
}

interface CertificateMetrics {
  certificateReload(result: 'ok' | 'error'): void;
  /** Something that self-managed certificates wrote, or could not. */
  certificateStep(step: string): void;
  /** The pair that is served from now on ends then. */
  certificateEnds(notAfterMs: number): void;
}

interface SweepMetrics {
  /** An overdue copy that the sweep did something about, or could not. */
  copySwept(result: 'deleted' | 'adopted' | 'released' | 'error'): void;
  /**
   * The Lease could not be read or written: as long as nothing else needs a leader, an error of the sweep.
   */
  leaseError(): void;
}

export interface Metrics extends ReviewMetrics, ApiMetrics, CertificateMetrics, SweepMetrics {
  readonly registry: Registry;
}

/** Seconds. From a review answered without any read to the longest timeout that a webhook may have. */
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
    refused: (code) => refusals.inc({ code }),
    review({ webhook, decision, reason, seconds }) {
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
    apiCall({ verb, resource, outcome, seconds }) {
      calls.inc({ verb, resource, outcome });
      callSeconds.observe({ verb, resource }, seconds);
    },
    digestCache: (result) => cache.inc({ result }),
  };
}

function certificateMetrics(registers: Registry[]): CertificateMetrics {
  const reloads = new Counter({
    name: 'lockstep_certificate_reloads_total',
    help: 'Changed certificates taken into use (ok), or not usable so that the one before stays (error).',
    labelNames: ['result'],
    registers,
  });
  const steps = new Counter({
    name: 'lockstep_certificate_steps_total',
    help: 'Steps of self-managed certificates that this replica wrote (docs/operations.md), and errors on the way.',
    labelNames: ['step'],
    registers,
  });
  const notAfter = new Gauge({
    name: 'lockstep_certificate_not_after_timestamp_seconds',
    help: 'When the serving certificate ends, in seconds since the epoch.',
    registers,
  });
  return {
    certificateReload: (result) => reloads.inc({ result }),
    certificateStep: (step) => steps.inc({ step }),
    certificateEnds: (notAfterMs) => notAfter.set(notAfterMs / 1000),
  };
}

function sweepMetrics(registers: Registry[]): SweepMetrics {
  const copies = new Counter({
    name: 'lockstep_copies_swept_total',
    help: 'Copies of sources that this replica deleted, or left to their ReplicaSets, after the grace, and errors.',
    labelNames: ['result'],
    registers,
  });
  return {
    copySwept: (result) => copies.inc({ result }),
    leaseError: () => copies.inc({ result: 'error' }),
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
