import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** A request that was answered with a code instead of a review. */
  refused(code: string): void;
  review(call: { webhook: string; decision: string; reason: string; seconds: number }): void;
  apiCall(call: { verb: string; resource: string; outcome: string; seconds: number }): void;
  digestCache(result: 'hit' | 'miss'): void;
  certificateReload(result: 'ok' | 'error'): void;
  /** Something that self-managed certificates wrote, or could not. */
  certificateStep(step: string): void;
  /** A leftover copy that the sweep did something about, or could not. */
  copySwept(result: 'deleted' | 'adopted' | 'released' | 'error'): void;
  /** The pair that is served from now on ends then. */
  certificateEnds(notAfterMs: number): void;
}

/** Seconds. From a review answered without any read to the longest timeout that a webhook may have. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** lockstep's metrics, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
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
  const apiCalls = new Counter({
    name: 'lockstep_api_requests_total',
    help: 'Calls to the API server, by verb, resource and outcome (HTTP status, deadline, superseded by a second attempt, error).',
    labelNames: ['verb', 'resource', 'outcome'],
    registers,
  });
  const apiSeconds = new Histogram({
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
  const swept = new Counter({
    name: 'lockstep_copies_swept_total',
    help: 'Copies of sources that this replica deleted, or left to their ReplicaSets, after the grace, and errors.',
    labelNames: ['result'],
    registers,
  });
  const notAfter = new Gauge({
    name: 'lockstep_certificate_not_after_timestamp_seconds',
    help: 'When the serving certificate ends, in seconds since the epoch.',
    registers,
  });
  return {
    registry,
    refused: (code) => refusals.inc({ code }),
    review({ webhook, decision, reason, seconds }) {
      reviews.inc({ webhook, decision, reason });
      reviewSeconds.observe({ webhook }, seconds);
    },
    apiCall({ verb, resource, outcome, seconds }) {
      apiCalls.inc({ verb, resource, outcome });
      apiSeconds.observe({ verb, resource }, seconds);
    },
    digestCache: (result) => cache.inc({ result }),
    certificateReload: (result) => reloads.inc({ result }),
    certificateStep: (step) => steps.inc({ step }),
    copySwept: (result) => swept.inc({ result }),
    certificateEnds: (notAfterMs) => notAfter.set(notAfterMs / 1000),
  };
}
