import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type Metric,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client';
import { VERSION } from '../version.ts';
import { BUCKETS } from './buckets.ts';
import { type CertificateMetrics, certificateMetrics } from './certificate-metrics.ts';
import { type EditMetrics, editMetrics } from './edit-metrics.ts';
import { type EventMetrics, eventMetrics } from './event-metrics.ts';
import { type LeaderMetrics, leaderMetrics, type SweepMetrics, sweepMetrics } from './leader-metrics.ts';
import type { Registers } from './registers.ts';
import { type ReviewMetrics, reviewMetrics } from './review-metrics.ts';
import { type StateMetrics, stateMetrics } from './state-metrics.ts';
import { type WorkloadMetrics, workloadMetrics } from './workload-metrics.ts';

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
    EventMetrics,
    EditMetrics,
    WorkloadMetrics,
    StateMetrics {
  readonly registry: Registry;
  /** The same metrics in the format of OpenMetrics, with exemplars. */
  readonly exact: Registry<OpenMetricsContentType>;
}

function apiMetrics(registers: Registers): ApiMetrics {
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

/**
 * The same metric with a name of its own. When a registry of OpenMetrics is printed, prom-client 15 takes `_total`
 * off the names of its counters for good. In the other registry they would lose it, too.
 */
const withOwnName = <M extends Metric>(metric: M): M =>
  Object.create(metric, { name: { value: Reflect.get(metric, 'name') } });

/** lockstep's metrics, in registries of their own. */
export function createMetrics(): Metrics {
  // Only a registry of this format takes exemplars. The other one has the same metrics, and prints none.
  const exact = new Registry<OpenMetricsContentType>();
  exact.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registry = new Registry();
  const registers = [exact];
  collectDefaultMetrics({ register: exact });
  const metrics = {
    ...reviewMetrics(registers),
    ...apiMetrics(registers),
    ...certificateMetrics(registers),
    ...sweepMetrics(registers),
    ...leaderMetrics(registers),
    ...eventMetrics(registers),
    ...editMetrics(registers),
    ...workloadMetrics([exact, registry]),
    ...stateMetrics([exact, registry], { version: VERSION, node: process.versions.node }),
  };
  for (const { name } of exact.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name) ? undefined : exact.getSingleMetric(name);
    if (metric) registry.registerMetric(withOwnName(metric));
  }
  return { registry, exact, ...metrics };
}
