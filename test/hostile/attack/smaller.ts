import type { Attack, OddMeta, References, SourceShape, Step, WorkloadShape } from './steps.ts';

function without<T extends object>(of: T, key: keyof T): Partial<T> {
  const rest: Partial<T> = { ...of };
  delete rest[key];
  return rest;
}

const keysOf = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];
const half = (count: number): number[] => (count > 1 ? [Math.floor(count / 2), count - 1] : []);
const replaced = <T>(of: readonly T[], at: number, by: T): T[] => of.map((each, i) => (i === at ? by : each));
const dropped = <T>(of: readonly T[], at: number): T[] => of.filter((_, i) => i !== at);

function smallerReferences(of: readonly References[]): (readonly References[])[] {
  return of.flatMap((each, at) => [
    dropped(of, at),
    ...half(each.count).map((count) => replaced(of, at, { ...each, count })),
  ]);
}

function smallerMeta(meta: OddMeta): OddMeta[] {
  const { annotations = {}, labels = {} } = meta;
  return [
    ...keysOf(meta).map((key) => without(meta, key)),
    ...Object.keys(annotations).map((key) => ({ ...meta, annotations: omit(annotations, key) })),
    ...Object.keys(labels).map((key) => ({ ...meta, labels: omit(labels, key) })),
  ];
}

const omit = (texts: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([key]) => key !== name));

function smallerWorkloads(shape: WorkloadShape): WorkloadShape[] {
  const { references = [], patterns, include, marks = {}, meta } = shape;
  return [
    ...keysOf(shape).map((key) => without(shape, key)),
    ...smallerReferences(references).map((fewer) => ({ ...shape, references: fewer })),
    ...(patterns ? half(patterns.count) : []).map((count) => ({
      ...shape,
      patterns: { ...shape.patterns, count, matching: patterns?.matching ?? false },
    })),
    ...(include ? half(include.count).map((count) => ({ ...shape, include: { ...include, count } })) : []),
    ...Object.keys(marks).map((key) => ({ ...shape, marks: omit(marks, key) })),
    ...(meta ? smallerMeta(meta).map((less) => ({ ...shape, meta: less })) : []),
  ];
}

function smallerSources(shape: SourceShape): SourceShape[] {
  const { keys = 1, valueBytes = 1, meta } = shape;
  return [
    ...keysOf(shape).map((key) => without(shape, key)),
    ...half(keys).map((fewer) => ({ ...shape, keys: fewer })),
    ...half(valueBytes).map((fewer) => ({ ...shape, valueBytes: fewer })),
    ...(meta ? smallerMeta(meta).map((less) => ({ ...shape, meta: less })) : []),
  ];
}

function smallerSteps(step: Step): Step[] {
  switch (step.do) {
    case 'deployment':
    case 'pod':
    case 'replicaset':
      return smallerWorkloads(step.shape).map((shape) => ({ ...step, shape }));
    case 'direct':
      return [
        ...half(step.times).map((times) => ({ ...step, times })),
        ...smallerWorkloads(step.shape).map((shape) => ({ ...step, shape })),
      ];
    case 'source':
      return smallerSources(step.shape).map((shape) => ({ ...step, shape }));
    case 'many':
      return half(step.count).map((count) => ({ ...step, count }));
    case 'relabel':
      return [
        ...Object.keys(step.annotations).map((key) => ({
          ...step,
          annotations: omit(step.annotations, key),
        })),
        ...Object.keys(step.labels).map((key) => ({ ...step, labels: omit(step.labels, key) })),
      ];
    default:
      return [];
  }
}

/**
 * Attacks that are a little smaller, the most different first: one step alone, one tenant or one step less, a
 * plainer namespace, then plainer objects.
 */
export function smallerAttacks(attack: Attack): Attack[] {
  const { space, tenants } = attack;
  const steps = tenants.flat();
  const alone = steps.length > 1 ? steps.map((step) => ({ ...attack, tenants: [[step]] })) : [];
  const fewer = tenants.flatMap((own, at) => [
    ...(tenants.length > 1 ? [dropped(tenants, at)] : []),
    ...(own.length > 1 ? own.map((_, step) => replaced(tenants, at, dropped(own, step))) : []),
  ]);
  const plainer = space.kind === 'own' ? Object.keys(space.labels) : [];
  const smaller = tenants.flatMap((own, at) =>
    own.flatMap((step, index) =>
      smallerSteps(step).map((less) => replaced(tenants, at, replaced(own, index, less))),
    ),
  );
  return [
    ...alone,
    ...fewer.map((less) => ({ ...attack, tenants: less })),
    ...plainer.map(
      (key): Attack => ({
        ...attack,
        space: { kind: 'own', labels: space.kind === 'own' ? omit(space.labels, key) : {} },
      }),
    ),
    ...smaller.map((less) => ({ ...attack, tenants: less })),
  ];
}
