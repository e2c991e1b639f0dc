import fc from 'fast-check';
import {
  COLLECTIONS,
  FLAWS,
  HOOKS,
  OBJECT_NAMES,
  type OddMeta,
  type References,
  type SourceShape,
  type Step,
  TARGETS,
  type WorkloadShape,
  WRITES,
} from './steps.ts';
import { annotations, labels, SOME } from './vocabulary.ts';

/** A count that is mostly small, and now and then as large as it can be. */
export const upTo = (most: number) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: Math.min(10, most) }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: most }) },
    { weight: 1, arbitrary: fc.constant(most) },
  );

const one = <const T extends string>(...of: readonly T[]) => fc.constantFrom(...of);

export const kind = one('configmap', 'secret');
const write = one(...WRITES);
const name = fc.oneof(
  { weight: 4, arbitrary: one('app', 'db', 'web') },
  { weight: 1, arbitrary: one(...OBJECT_NAMES) },
);

/** Names of references that no object can have, or that look like something else. */
const ODD_NAMES = [
  ...['..', '.', 'a/b', '../other', 'A_B', 'a?b=c', 'a#b', '%2e%2e', '-', 'a b', 'a\nb', '\u00fc'],
  ...['__proto__', 'constructor', 'a'.repeat(254), 'a'.repeat(4_000), 'kube-root-ca.crt'],
  ...['app-lockstep-absent', 'app-lockstep-0123456789abcdef'],
];

const references = (most: number, names: fc.Arbitrary<string>): fc.Arbitrary<References> =>
  fc.record({
    via: one('env', 'envFrom', 'volume', 'items', 'mounts'),
    kind,
    count: upTo(most),
    name: names,
    keyBytes: fc.constantFrom(10, 10, 100, 253),
    optional: fc.boolean(),
  });

/** One or two lists of up to this many references, to sources that may exist. */
export const referencesUpTo = (most: number) =>
  fc.array(references(most, one('many', 'app', 'db', 'kube-root-ca.crt')), { minLength: 1, maxLength: 2 });
/** References that each name another source, which does not exist. */
export const manySources = (most: number) =>
  fc.array(references(most, one('many')), { minLength: 1, maxLength: 2 });
export const oddReferences = fc.array(references(5, one(...ODD_NAMES)), { minLength: 1, maxLength: 3 });

const owners = fc.record({
  kind: one('ReplicaSet', 'Deployment', 'Namespace', 'Pod', 'Node', 'Backup'),
  count: upTo(3_000),
  uid: one('invented', 'namespace'),
});
/** Metadata with everything that is odd. */
export const oddMeta: fc.Arbitrary<OddMeta> = fc.record(
  {
    labels,
    annotations,
    annotationBytes: upTo(262_000),
    owners,
    managedFields: one('emptied', 'odd times'),
    creationTimestamp: one('1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z'),
    finalizer: fc.boolean(),
    generateName: fc.boolean(),
  },
  SOME,
);
/** Metadata with lockstep's own vocabulary. */
export const markedMeta: fc.Arbitrary<OddMeta> = fc.record({ labels, annotations }, SOME);

const plainShape = fc.record(
  { references: fc.array(references(4, one('app', 'db')), { maxLength: 3 }), replicas: fc.nat({ max: 2 }) },
  SOME,
);

/** A plain workload that differs in some fields. */
export const shaped = (fields: fc.Arbitrary<WorkloadShape>): fc.Arbitrary<WorkloadShape> =>
  fc.tuple(plainShape, fields).map(([base, more]) => ({ ...base, ...more }));

export const deployment = (fields: fc.Arbitrary<WorkloadShape>): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constant('deployment'), write, name, shape: shaped(fields) });
export const source = (shape: fc.Arbitrary<SourceShape>): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constant('source'), write, kind, name, shape });
export const plainDeployment = deployment(fc.constant({}));
export const plainSource = source(fc.record({ keys: upTo(5), immutable: fc.boolean() }, SOME));

const collection = one(...COLLECTIONS);
export const remove: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('delete'),
  what: collection,
  propagation: one('Orphan', 'Background', 'Foreground'),
});
export const relabel: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('relabel'),
  what: collection,
  labels,
  annotations,
  finalizer: fc.oneof(
    { weight: 7, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});
export const scale: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('scale'),
  what: one('deployments', 'replicasets'),
  to: fc.nat({ max: 3 }),
  dry: fc.boolean(),
});
/** A forged copy. */
export const copy: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('copy'),
  kind,
  flaw: one(...FLAWS),
  owner: one('none', 'invented', 'namespace'),
  usedAt: one('2999-01-01T00:00:00Z', '1970-01-01T00:00:00Z', 'x'),
});
export const cloneCopies: fc.Arbitrary<Step> = fc.constant({ do: 'clone copies' });

export const byHand = (what: 'pod' | 'replicaset'): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.constant(what),
    shape: shaped(fc.record({ marks: annotations, meta: markedMeta }, SOME)),
    owner: one('none', 'invented', 'web'),
  });
export const many: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('many'),
  kind,
  count: upTo(200),
  annotationBytes: fc.constantFrom(10, 1_000, 50_000),
});
export const neighbour: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('neighbour'),
  trick: one('extra key', 'absent', 'other value'),
});
export const direct: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('direct'),
  hook: one(...HOOKS),
  target: one(...TARGETS),
  shape: shaped(fc.record({ marks: annotations, meta: markedMeta, references: referencesUpTo(50) }, SOME)),
  times: upTo(30),
  dry: fc.boolean(),
});
