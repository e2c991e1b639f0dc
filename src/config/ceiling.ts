import { duration } from './duration.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF } from './value-types.ts';

/** The times of an object have steps of a second. */
const PATIENCE = duration({
  least: 1_000,
  accepts: 'A patience is a duration of at least 1s, for example 10m.',
});

export const CEILING_OPTIONS = {
  '--ceiling': {
    value: ON_OFF,
    default: 'on',
    description: 'keep stale ReplicaSets of Deployments from growing',
  },
  '--ceiling-patience': {
    value: PATIENCE,
    default: '10m',
    description: 'how long a rollout may be without a ready pod before stale ReplicaSets may grow',
  },
  '--ceiling-patience-pinned': {
    value: PATIENCE,
    default: '1m',
    description: 'the same for stale ReplicaSets whose pods read copies',
  },
} as const satisfies OptionTable;

export const ceilingConfig = (values: Values<typeof CEILING_OPTIONS>) => ({
  /** Whether stale ReplicaSets are kept from growing. */
  enabled: values.ceiling,
  /** In milliseconds. */
  patience: { usualMs: values.ceilingPatience, pinnedMs: values.ceilingPatiencePinned },
});
