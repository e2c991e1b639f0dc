import { duration } from './duration.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF } from './value-types.ts';

const EVERY = duration({
  least: 1_000,
  most: 168 * 3_600_000,
  accepts: 'It is a duration from 1s to 168h, for example 1h.',
});

/** The count of workloads by state. */
export const WORKLOAD_METRICS_OPTIONS = {
  '--workload-metrics': {
    value: ON_OFF,
    default: 'off',
    description:
      'look at each workload now and then, for metrics of workloads by state; --edit on gives them for those that ' +
      'it follows',
  },
  '--workload-metrics-every': {
    value: EVERY,
    default: '1h',
    description: 'how often each workload is looked at for that',
  },
} as const satisfies OptionTable;

export const workloadMetricsConfig = (values: Values<typeof WORKLOAD_METRICS_OPTIONS>) => ({
  enabled: values.workloadMetrics,
  /** In milliseconds. */
  everyMs: values.workloadMetricsEvery,
});
