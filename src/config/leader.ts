import { duration } from './duration.ts';
import { namespacedName } from './names.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF } from './value-types.ts';

/** The times of an object have steps of a second. */
const PATIENCE = duration({
  least: 1_000,
  accepts: 'A patience is a duration of at least 1s, for example 1m.',
});

/** The options of what one replica does for all, the leader. */
export const LEADER_OPTIONS = {
  '--lease': {
    value: namespacedName('A Lease'),
    defaultMeaning: 'this replica is the leader',
    description:
      'Lease by which replicas elect a leader, which deletes unused copies, unblocks StatefulSets, follows edits and ' +
      'counts workloads',
  },
  '--unblock': {
    value: ON_OFF,
    default: 'off',
    description:
      'delete the broken pod for which a rollout waits, if the StatefulSet has the label lockstep.dev/unblock=true',
  },
  '--unblock-patience': {
    value: PATIENCE,
    default: '1m',
    description: 'how long such a pod must not have been ready',
  },
} as const satisfies OptionTable;

export const leaderConfig = ({ lease, unblock, unblockPatience }: Values<typeof LEADER_OPTIONS>) => ({
  /** The Lease by which replicas agree which one leads; undefined if this one does. */
  lease,
  unblock: {
    enabled: unblock,
    /** In milliseconds. */
    patienceMs: unblockPatience,
  },
});
