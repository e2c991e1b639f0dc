/** Short plans, each of which brings a planted bug out. */
import type { Bug } from './bugs.ts';
import type { Invariant } from './checker/verdict.ts';
import type { Operation, Plan, Source, WorkloadName } from './operations.ts';
import type { DaemonUpdate, StatefulUpdate } from './shapes.ts';

/** A bug, the invariant that it breaks, and a plan in which it does so. */
export interface PlanForBug {
  readonly bug: Bug;
  readonly breaks: Invariant;
  readonly plan: Plan;
}

const edit = (source: Source = 'app', key: 'used' | 'unused' = 'used'): Operation => ({
  do: 'edit',
  source,
  key,
});
const scale = (to: number, workload: WorkloadName = 'web'): Operation => ({
  do: 'scale',
  workload,
  to,
  dry: false,
});
const rescale = (to: number): Operation => ({ do: 'rescale', workload: 'web', to });
const annotate: Operation = { do: 'annotate', workload: 'web', dry: false };
const setImage: Operation = { do: 'set image', workload: 'web', dry: false };
const remove: Operation = { do: 'remove', source: 'app' };
const remake: Operation = { do: 'remake', source: 'app', content: 'other', immutable: false };
const orphan: Operation = { do: 'orphan', workload: 'web', marked: false };
const undo: Operation = { do: 'undo', workload: 'web', back: 1 };
const apply: Operation = { do: 'apply', workload: 'web' };
const copyMarks: Operation = { do: 'copy marks', workload: 'web' };

const labelOff: Operation = { do: 'label off', workload: 'web' };
const labelOn: Operation = { do: 'label on', workload: 'web' };
const replace: Operation = { do: 'replace', workload: 'web' };
const deletePod: Operation = { do: 'delete pod', workload: 'web', which: 0 };
const secondPasses: Operation = { do: 'second passes' };

const runJob: Operation = {
  do: 'run job',
  pods: 'one by one',
  stay: false,
  suspended: false,
  pinned: true,
};
const nodeJoins: Operation = { do: 'node joins' };

const times = (count: number, ...operations: readonly Operation[]): readonly Operation[] =>
  Array.from({ length: count }, () => operations).flat();

const PLAIN = {
  kills: [],
  pin: { namespace: false, web: false, api: false },
  shapes: { web: { kind: 'Deployment' }, api: { kind: 'Deployment' } },
  late: false,
  alone: false,
} as const satisfies Partial<Plan>;
/** One replica, so that it remembers what it has read and written. */
const ALONE = { ...PLAIN, alone: true } as const;
/** The workloads' pods read copies. */
const PINNED = { ...PLAIN, pin: { namespace: false, web: true, api: true } } as const;

/** A StatefulSet, and another one beside it. */
const ofStatefulSets = (update: StatefulUpdate) => {
  const shape = { kind: 'StatefulSet', policy: 'Parallel', update } as const;
  return { ...PLAIN, shapes: { web: shape, api: shape } } as const;
};

const ofDaemonSets = (update: DaemonUpdate) => {
  const shape = { kind: 'DaemonSet', update } as const;
  return { ...PLAIN, shapes: { web: shape, api: shape } } as const;
};

/** One client does the operations, so that they come in this order each time. */
const inOrder = (kind: Omit<Plan, 'clients'>, ...operations: readonly Operation[]): Plan => ({
  ...kind,
  clients: [operations],
});

export const PLANS_FOR_BUGS: readonly PlanForBug[] = [
  {
    bug: 'cached-read',
    breaks: 'In step',
    plan: inOrder(ALONE, ...times(3, edit(), setImage)),
  },
  {
    bug: 'unconditional-patch',
    breaks: 'One rollout',
    // While every second PATCH for a scale waits, the other client brings newer marks.
    plan: { ...ALONE, clients: [times(6, scale(1), scale(2)), times(12, edit(), annotate)] },
  },
  {
    bug: 'no-ceiling',
    breaks: 'No stale start',
    plan: inOrder(PLAIN, ...[4, 6, 8, 10, 12].flatMap((to) => [edit(), scale(to)])),
  },
  {
    bug: 'whole-objects',
    breaks: 'Quiet',
    // An edited used key would be a reason to roll, too. That would hide the effect. The
    // create does not tell, because the ConfigMap is created at the same time.
    plan: inOrder(PLAIN, ...times(2, edit('app', 'unused'), annotate)),
  },
  {
    bug: 'empty-for-gone',
    breaks: 'Never worse',
    // The create may have recorded that the source is absent.
    plan: inOrder(PLAIN, edit(), scale(2), remove, scale(4)),
  },
  { bug: 'read-once', breaks: 'In step', plan: inOrder(ALONE, remake, scale(4)) },
  {
    bug: 'no-managers',
    breaks: 'Quiet',
    plan: inOrder({ ...PINNED, late: true }, edit(), scale(6), apply, undo, apply, copyMarks, apply),
  },
  {
    bug: 'any-revision',
    breaks: 'Held',
    plan: inOrder({ ...PINNED, late: true }, apply, undo, apply, undo, edit('more'), copyMarks, scale(3)),
  },
  // The Deployment is created again over its pods.
  { bug: 'no-orphans', breaks: 'Never worse', plan: inOrder(PLAIN, remove, orphan) },
  {
    bug: 'own-conflict',
    breaks: 'Never in the way',
    // The status of a rollout makes other conflicts, so that some of these do not count.
    plan: inOrder(ALONE, ...[3, 4, 5, 6, 7].flatMap((to) => [edit(), rescale(to)])),
  },
  {
    bug: 'unreviewed-scale',
    breaks: 'In step',
    plan: inOrder(ofStatefulSets('default'), edit(), scale(5)),
  },
  {
    bug: 'present-pods',
    breaks: 'In step',
    // Nothing is on record any more. One pod reads the edited source, and the two others do not.
    plan: inOrder(
      ofStatefulSets('on delete'),
      ...[labelOff, replace, secondPasses, edit(), secondPasses, deletePod, secondPasses, labelOn],
    ),
  },
  {
    bug: 'pods-let-through',
    breaks: 'In step',
    // The first pods start no rollout.
    plan: inOrder(ofDaemonSets('rolling'), secondPasses, edit(), nodeJoins, secondPasses),
  },
  {
    bug: 'wrong-revision',
    breaks: 'Pods alike',
    plan: inOrder({ ...ofStatefulSets('default'), pin: PINNED.pin, alone: true }, edit(), scale(5)),
  },
  {
    bug: 'first-pod-only',
    breaks: 'Pods alike',
    plan: inOrder(ALONE, runJob, edit(), secondPasses),
  },
  { bug: 'forgotten-reference', breaks: 'Pods alike', plan: inOrder(PINNED, scale(1)) },
  {
    bug: 'late-copies',
    breaks: 'Pods alike',
    // The source is edited between the review of the template and the first pod.
    plan: inOrder(PINNED, ...[2, 3, 4].flatMap((to) => [edit(), scale(to), edit()])),
  },
  // Both workloads use the same copy.
  { bug: 'first-owner', breaks: 'Pods alike', plan: inOrder({ ...PINNED, alone: true }, scale(4)) },
  {
    bug: 'endless-hold',
    breaks: 'In step',
    plan: inOrder(PINNED, edit(), scale(4), undo, edit(), scale(9)),
  },
];
