import fc from 'fast-check';
import {
  isPossible,
  type Kill,
  OPERATION_KINDS,
  type Operation,
  type OperationKind,
  type Pin,
  type Plan,
  type Shapes,
} from './operations.ts';
import { DAEMON_UPDATES, type Shape, STATEFUL_UPDATES } from './shapes.ts';

/** How often each kind of operation comes, relative to the others. Kinds that are not named never come. */
export type Weights = Readonly<Partial<Record<OperationKind, number>>>;

export const EVERYDAY: Weights = {
  scale: 20,
  rescale: 10,
  edit: 24,
  annotate: 8,
  'set image': 6,
  grow: 5,
  apply: 5,
  touch: 3,
  replace: 5,
  undo: 9,
  restore: 3,
  relabel: 3,
  remake: 5,
  remove: 3,
  freeze: 1,
  pause: 2,
  resume: 4,
  rebuild: 2,
  orphan: 3,
  'copy marks': 4,
  'label off': 2,
  'label on': 3,
  'pin on': 4,
  'pin off': 2,
  'let go': 2,
  'delete pod': 5,
  partition: 3,
  'node joins': 6,
  'node leaves': 3,
  'second passes': 2,
  'run job': 4,
  'suspend job': 2,
  'resume job': 4,
  'end job pod': 5,
};

const workload = fc.oneof(
  { weight: 3, arbitrary: fc.constant('web' as const) },
  { weight: 1, arbitrary: fc.constant('api' as const) },
);
const source = fc.oneof(
  { weight: 3, arbitrary: fc.constant('app' as const) },
  { weight: 1, arbitrary: fc.constant('more' as const) },
);
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constant('used' as const) },
  { weight: 1, arbitrary: fc.constant('unused' as const) },
);
/** True in one of so many cases. */
const oneIn = (cases: number) =>
  fc.oneof({ weight: cases - 1, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const dry = oneIn(8);
/**
 * Few enough pods for a short rollout, and enough that a scale-up is distributed over old and new
 * ReplicaSets.
 */
const to = fc.nat({ max: 9 });

/** Mostly one revision. */
const back = fc.oneof(
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constantFrom(2, 3) },
);

const OPERATIONS: { readonly [K in OperationKind]: fc.Arbitrary<Operation> } = {
  scale: fc.record({ do: fc.constant('scale'), workload, to, dry }),
  rescale: fc.record({ do: fc.constant('rescale'), workload, to }),
  edit: fc.record({ do: fc.constant('edit'), source, key }),
  annotate: fc.record({ do: fc.constant('annotate'), workload, dry }),
  'set image': fc.record({ do: fc.constant('set image'), workload, dry }),
  grow: fc.record({ do: fc.constant('grow'), workload, to }),
  apply: fc.record({ do: fc.constant('apply'), workload }),
  touch: fc.record({ do: fc.constant('touch'), workload }),
  replace: fc.record({ do: fc.constant('replace'), workload }),
  undo: fc.record({ do: fc.constant('undo'), workload, back }),
  restore: fc.record({ do: fc.constant('restore'), source }),
  relabel: fc.record({ do: fc.constant('relabel'), source }),
  remake: fc.record({
    do: fc.constant('remake'),
    source,
    content: fc.constantFrom('same', 'other'),
    immutable: oneIn(3),
  }),
  freeze: fc.record({ do: fc.constant('freeze'), source }),
  remove: fc.record({ do: fc.constant('remove'), source }),
  pause: fc.record({ do: fc.constant('pause'), workload }),
  resume: fc.record({ do: fc.constant('resume'), workload }),
  rebuild: fc.record({ do: fc.constant('rebuild'), workload }),
  orphan: fc.record({ do: fc.constant('orphan'), workload, marked: oneIn(3) }),
  'copy marks': fc.record({ do: fc.constant('copy marks'), workload }),
  'label off': fc.record({ do: fc.constant('label off'), workload }),
  'label on': fc.record({ do: fc.constant('label on'), workload }),
  'pin on': fc.record({ do: fc.constant('pin on'), workload }),
  'pin off': fc.record({ do: fc.constant('pin off'), workload }),
  'let go': fc.record({ do: fc.constant('let go'), workload }),
  'delete pod': fc.record({ do: fc.constant('delete pod'), workload, which: fc.nat({ max: 8 }) }),
  partition: fc.record({ do: fc.constant('partition'), workload, to: fc.constantFrom(0, 1, 3) }),
  'node joins': fc.record({ do: fc.constant('node joins') }),
  'node leaves': fc.record({ do: fc.constant('node leaves') }),
  'second passes': fc.record({ do: fc.constant('second passes') }),
  'run job': fc.record({
    do: fc.constant('run job'),
    pods: fc.constantFrom('one by one', 'in parallel', 'indexed'),
    stay: fc.boolean(),
    suspended: oneIn(4),
    pinned: fc.boolean(),
  }),
  'suspend job': fc.record({ do: fc.constant('suspend job') }),
  'resume job': fc.record({ do: fc.constant('resume job') }),
  // A retry takes ten seconds.
  'end job pod': fc.record({ do: fc.constant('end job pod'), which: fc.nat({ max: 8 }), failed: oneIn(12) }),
};

const NOTHING: Pin = { namespace: false, web: false, api: false };

/** What can be pinned at first. Without `drawn`: the workloads by their own labels, or nothing. */
const PINS = {
  drawn: fc.record({
    namespace: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    web: fc.oneof({ weight: 1, arbitrary: fc.constant(false) }, { weight: 3, arbitrary: fc.constant(true) }),
    api: fc.boolean(),
  }),
  both: fc.constant({ ...NOTHING, web: true, api: true }),
  nothing: fc.constant(NOTHING),
} as const satisfies Record<string, fc.Arbitrary<Pin>>;

export type Pins = keyof typeof PINS;
export const PIN_CHOICES = Object.keys(PINS);

const DEPLOYMENT: Shape = { kind: 'Deployment' };

const statefulSet: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant('StatefulSet'),
  policy: fc.constantFrom('OrderedReady', 'Parallel'),
  update: fc.constantFrom(...STATEFUL_UPDATES),
});
const daemonSet: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant('DaemonSet'),
  update: fc.constantFrom(...DAEMON_UPDATES),
});
const anyKind = fc.oneof(fc.constant(DEPLOYMENT), statefulSet, daemonSet);

const both = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shapes> => fc.record({ web: shape, api: shape });

/** What kinds the workloads can be. `mixed`: each its own. */
const SHAPES = {
  mixed: both(anyKind),
  deployments: fc.constant({ web: DEPLOYMENT, api: DEPLOYMENT }),
  statefulsets: both(statefulSet),
  daemonsets: both(daemonSet),
} as const satisfies Record<string, fc.Arbitrary<Shapes>>;

export type Kinds = keyof typeof SHAPES;
export const KINDS_CHOICES = Object.keys(SHAPES);

export interface PlanShape {
  /** The maximum number of clients. At least two. */
  readonly clients: number;
  /** The maximum number of operations of one client. */
  readonly length: number;
  /** The maximum number of kills. */
  readonly kills: number;
  readonly weights?: Weights;
  /** What asks for copies. Default: drawn. */
  readonly pins?: Pins;
  /** What kinds the workloads are. Default: mixed. */
  readonly kinds?: Kinds;
  /** Whether a webhook is called after lockstep. Default: in one of three histories. */
  readonly late?: boolean;
  /** Whether one replica answers all calls. Default: in one of four histories. */
  readonly alone?: boolean;
}

/** Random plans of a shape. They shrink to fewer clients, operations and kills. */
export function plans(shape: PlanShape): fc.Arbitrary<Plan> {
  const { clients, length, kills, weights = EVERYDAY } = shape;
  const { pins = 'drawn', kinds = 'mixed', late, alone } = shape;
  const weighted = OPERATION_KINDS.flatMap((kind) => {
    const weight = weights[kind] ?? 0;
    return weight > 0 ? [{ weight, arbitrary: OPERATIONS[kind] }] : [];
  });
  const operations = fc.array(fc.oneof(...weighted), { maxLength: length, size: 'max' });
  const kill: fc.Arbitrary<Kill> = fc.record({
    replica: fc.constantFrom(0 as const, 1 as const),
    // The numbers of clients and operations are random. A quarter of their maximum is about their mean.
    after: fc.integer({ min: 1, max: Math.max(1, Math.floor((clients * length) / 4)) }),
  });
  const drawn = fc.record({
    clients: fc.array(operations, { minLength: 1, maxLength: clients, size: 'max' }),
    kills: fc.array(kill, { maxLength: kills, size: 'max' }),
    pin: PINS[pins],
    shapes: SHAPES[kinds],
    late: late === undefined ? oneIn(3) : fc.constant(late),
    alone: alone === undefined ? oneIn(4) : fc.constant(alone),
  });
  return drawn.map(({ clients: drawnClients, ...plan }) => ({
    ...plan,
    clients: drawnClients.map((list) => list.filter((operation) => isPossible(operation, plan.shapes))),
    ...(plan.alone && { kills: [] }),
  }));
}
