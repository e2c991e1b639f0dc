import { WORKLOAD_STATES, type WorkloadState } from '../in-step/workload-state.ts';
import type { WorkloadCounts } from '../telemetry/workload-metrics.ts';
import type { Tally } from './tally.ts';

/** The state as a label of a metric: `in-step`. */
export const stateLabel = (state: WorkloadState): string =>
  state.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** The counts as the metrics have them. */
export function workloadCounts(tally: Pick<Tally, 'counts'>): WorkloadCounts {
  const counts = [...tally.counts()];
  return {
    states: counts.flatMap(([kind, { states }]) =>
      WORKLOAD_STATES.map((state) => ({ kind, state: stateLabel(state), count: states[state] })),
    ),
    drifts: counts.map(([kind, { longestDriftMs }]) => ({ kind, seconds: longestDriftMs / 1000 })),
  };
}
