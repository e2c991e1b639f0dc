import { Counter } from 'prom-client';
import type { Registers } from './registers.ts';

/**
 * What became of an Event.
 * - `recorded`, `repeated`: it is in the cluster; it was there already
 * - `dropped`: there were too many about the object, in the namespace or in all
 * - `failed`: the API server did not take it, or a look that it needs has failed
 */
export type EventResult = 'recorded' | 'repeated' | 'dropped' | 'failed';

export interface EventMetrics {
  countEvent(result: EventResult): void;
}

export function eventMetrics(registers: Registers): EventMetrics {
  const events = new Counter({
    name: 'lockstep_events_total',
    help: 'Kubernetes Events, by what became of them (recorded, repeated, dropped, failed).',
    labelNames: ['result'],
    registers,
  });
  return { countEvent: (result) => events.inc({ result }) };
}
