import { hostname } from 'node:os';
import { LRUCache } from 'lru-cache';
import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { eventBudget } from '../telemetry/event-budget.ts';
import type { EventMetrics } from '../telemetry/event-metrics.ts';
import { EVENT_MS, type EventRecorder } from '../telemetry/event-recorder.ts';
import { eventJobs } from './event-jobs.ts';
import { eventManifest } from './event-manifest.ts';

/** The names of the latest Events. The API server forgets one after an hour. */
const REMEMBERED = { max: 5_000, ttl: 50 * 60_000 };

const inTime = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(EVENT_MS)]);

/**
 * Records Events in the cluster. One program has one of these, because its bounds are those of the program.
 * @param instance the name of the pod that records them
 */
export function eventRecorder(
  client: ApiClient,
  metrics: EventMetrics,
  instance = hostname(),
): EventRecorder {
  const recorded = new LRUCache<string, true>(REMEMBERED);
  const writes = eventBudget();
  // What a job records is counted as it is recorded.
  const counted = new WeakSet<object>();
  const fail = (error: unknown): void => {
    if (!(error instanceof Error) || counted.has(error)) return;
    counted.add(error);
    metrics.countEvent('failed');
  };
  const later = eventJobs(eventBudget(), { onDropped: () => metrics.countEvent('dropped'), onFailed: fail });
  return {
    later,

    async record(reason, about, message, signal, details = {}) {
      const body = eventManifest({ reason, about, message, details, instance, nowMs: client.clock.now() });
      const { namespace } = about;
      const id = `${namespace}/${body.metadata.name}`;
      if (recorded.has(id)) return metrics.countEvent('repeated');
      if (!writes.take(namespace, about.uid)) return metrics.countEvent('dropped');
      const folder = `/apis/events.k8s.io/v1/namespaces/${segment(namespace)}/events`;
      const path = `${folder}?fieldManager=${FIELD_MANAGER}`;
      try {
        const request = { verb: 'create', resource: 'events', path, body } as const;
        const { kind } = await client.request({ ...request, signal: inTime(signal) });
        recorded.set(id, true);
        metrics.countEvent(kind === 'found' ? 'recorded' : kind === 'conflict' ? 'repeated' : 'failed');
      } catch (error) {
        fail(error);
        throw error;
      }
    },
  };
}
