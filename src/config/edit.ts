import { PLACES, REST, SETTLE, SWEEP, WAIT, WINDOWS } from './edit-values.ts';
import { configError } from './errors.ts';
import type { OptionTable, Values } from './option.ts';
import { ON_OFF, oneOf } from './value-types.ts';

const MOST_MS = 60_000;
const DEADLINE_MS = 600_000;
const PER_NAMESPACE = 3;

/** Rollouts without a call, after an edit of a source. */
export const EDIT_OPTIONS = {
  '--edit': {
    value: ON_OFF,
    default: 'off',
    description: 'bring workloads into step after an edit, without a call, if roll-on lists edit',
  },
  '--edit-settle': {
    value: SETTLE,
    default: '5s',
    description: 'how long the sources of a workload must not have been edited before it rolls',
  },
  '--edit-settle-most': {
    value: SETTLE,
    defaultMeaning: '1m, or --edit-settle if that is longer',
    description: 'how long a workload waits for that at most, after the first edit',
  },
  '--edit-concurrent': {
    value: PLACES,
    default: '10',
    description: 'how many workloads may roll after edits at once',
  },
  '--edit-concurrent-per-namespace': {
    value: PLACES,
    defaultMeaning: '3, or --edit-concurrent if that is less',
    description: 'the same in one namespace',
  },
  '--edit-rest': {
    value: REST,
    default: '1m',
    description: 'how long after such a rollout the same workload does not roll for another edit',
  },
  '--edit-patience': {
    value: WAIT,
    default: '2m',
    description:
      'how long such a rollout may be without a ready pod of the new revision before it has failed',
  },
  '--edit-deadline': {
    value: WAIT,
    defaultMeaning: '10m, or --edit-patience if that is longer',
    description: 'how long such a rollout keeps others waiting',
  },
  '--edit-windows': {
    value: WINDOWS,
    default: '',
    description:
      'when workloads may roll after edits, with semicolons between: Mon-Fri 09:00-17:00 Europe/Berlin; none: always',
  },
  '--edit-sweep': {
    value: SWEEP,
    default: '1h',
    description: 'how often each workload is looked at although no edit was seen',
  },
  '--edit-secrets': {
    value: oneOf(['poll', 'watch']),
    default: 'poll',
    description: 'how edits of Secrets are seen, with --secrets on; to watch is to be sent the values of all',
  },
  '--edit-secrets-every': {
    value: WAIT,
    default: '30s',
    description: 'poll: how often the Secrets that workloads use are looked at',
  },
} as const satisfies OptionTable;

type EditValues = Values<typeof EDIT_OPTIONS>;

/** @throws LockstepError CONFIG_INVALID if an option is below the one that it must not be below */
function notBelow(flag: string, value: number, leastFlag: string, least: number): number {
  if (value >= least) return value;
  throw configError(`${flag}: must not be less than ${leastFlag}`);
}

/** @throws LockstepError CONFIG_INVALID, which names the option that does not fit another */
export function editConfig(values: EditValues) {
  const { editSettle, editSettleMost, editPatience, editDeadline, editConcurrent } = values;
  const { editConcurrentPerNamespace: perNamespace = Math.min(PER_NAMESPACE, editConcurrent) } = values;
  const most = editSettleMost ?? Math.max(MOST_MS, editSettle);
  // A rollout that has freed its place before it counts as failed would let a bad edit go on to the others.
  const deadline = editDeadline ?? Math.max(DEADLINE_MS, editPatience);
  return {
    /** Whether lockstep follows edits at all. */
    enabled: values.edit,
    /** All times are in milliseconds. */
    settleMs: editSettle,
    settleMostMs: notBelow('--edit-settle-most', most, '--edit-settle', editSettle),
    concurrent: notBelow(
      '--edit-concurrent',
      editConcurrent,
      '--edit-concurrent-per-namespace',
      perNamespace,
    ),
    concurrentPerNamespace: perNamespace,
    restMs: values.editRest,
    patienceMs: editPatience,
    deadlineMs: notBelow('--edit-deadline', deadline, '--edit-patience', editPatience),
    windows: values.editWindows,
    sweepMs: values.editSweep,
    secrets: values.editSecrets,
    secretsEveryMs: values.editSecretsEvery,
  };
}
