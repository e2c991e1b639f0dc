import fc from 'fast-check';
import {
  byHand,
  cloneCopies,
  copy,
  deployment,
  direct,
  kind,
  many,
  manySources,
  markedMeta,
  neighbour,
  oddMeta,
  oddReferences,
  plainDeployment,
  plainSource,
  referencesUpTo,
  relabel,
  remove,
  scale,
  source,
  upTo,
} from './arbitraries.ts';
import type { Attack, Space, Step } from './steps.ts';
import { annotations, namespaceLabels, SOME } from './vocabulary.ts';

interface Family {
  /** How often it comes, relative to the others. */
  readonly weight: number;
  readonly steps: readonly fc.Arbitrary<Step>[];
}

const patterns = fc.record({ count: upTo(8_000), matching: fc.boolean() });
const include = fc.record({ count: upTo(10_000), kind });
const pinned = fc.constant({ labels: { 'lockstep.dev/pin': 'enabled' } });
const SECRET_TYPES = [
  ...[
    'Opaque',
    'kubernetes.io/tls',
    'kubernetes.io/basic-auth',
    'kubernetes.io/ssh-auth',
    'example.com/other',
  ],
  ...[
    'kubernetes.io/dockerconfigjson',
    'kubernetes.io/service-account-token',
    'bootstrap.kubernetes.io/token',
  ],
];

/** What hostile tenants try, by what they aim at. */
export const FAMILIES = {
  /** Many references against many patterns, keys or mounts: work that grows with the square. */
  work: {
    weight: 3,
    steps: [
      deployment(
        fc.record({ references: referencesUpTo(8_000), patterns, include, invalid: fc.boolean() }, SOME),
      ),
      source(fc.record({ keys: upTo(20_000) }, SOME)),
    ],
  },
  /** Many sources that lockstep would have to read. */
  reads: {
    weight: 2,
    steps: [deployment(fc.record({ references: manySources(20_000), include }, SOME))],
  },
  /** Objects as large as they can be. */
  sizes: {
    weight: 2,
    steps: [
      source(
        fc.record(
          {
            ...{ keys: upTo(100_000), keyBytes: upTo(253), valueBytes: upTo(1_000_000) },
            ...{ binary: fc.boolean(), oddKeys: fc.boolean() },
          },
          SOME,
        ),
      ),
      // The annotations of an object may take 262,144 bytes.
      deployment(
        fc.record({
          meta: fc.record({ annotationBytes: fc.integer({ min: 255_000, max: 262_100 }) }),
          references: referencesUpTo(100),
        }),
      ),
      deployment(fc.record({ references: referencesUpTo(3_000) })),
    ],
  },
  names: {
    weight: 2,
    steps: [
      deployment(fc.record({ references: oddReferences, marks: annotations, meta: pinned }, SOME)),
      source(fc.record({ oddKeys: fc.constant(true) })),
    ],
  },
  owners: {
    weight: 2,
    steps: [
      source(fc.record({ meta: oddMeta }, SOME)),
      deployment(fc.record({ meta: oddMeta }, SOME)),
      copy,
      byHand('pod'),
    ],
  },
  marks: {
    weight: 4,
    steps: [
      deployment(fc.record({ meta: markedMeta, marks: annotations }, SOME)),
      plainSource,
      relabel,
      scale,
    ],
  },
  copies: {
    weight: 3,
    steps: [copy, plainSource, deployment(fc.record({ meta: pinned })), relabel, cloneCopies, remove],
  },
  neighbours: { weight: 2, steps: [neighbour] },
  counts: { weight: 1, steps: [many] },
  'by hand': { weight: 2, steps: [byHand('pod'), byHand('replicaset'), plainSource, plainDeployment, scale] },
  secrets: {
    weight: 2,
    steps: [
      source(fc.record({ type: fc.constantFrom(...SECRET_TYPES), keys: upTo(5) }, SOME)),
      deployment(fc.record({ include, meta: pinned, references: referencesUpTo(3) }, SOME)),
    ],
  },
  deletions: { weight: 2, steps: [remove, plainSource, deployment(fc.record({ meta: pinned })), scale] },
  /** Reviews that no API server sent. */
  direct: { weight: 2, steps: [direct] },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES).filter((name): name is FamilyName => name in FAMILIES);

const space: fc.Arbitrary<Space> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('own'), labels: namespaceLabels }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('excluded') }) },
);

/** Random attacks of some families. They shrink to fewer tenants, steps and fields. */
export function attacks(families: readonly FamilyName[]): fc.Arbitrary<Attack> {
  const weighted = families.map((family) => {
    const { weight, steps } = FAMILIES[family];
    const tenant = fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 6, size: 'max' });
    const tenants = fc.array(tenant, { minLength: 1, maxLength: 3, size: 'max' });
    return { weight, arbitrary: fc.record({ family: fc.constant(family), space, tenants }) };
  });
  return fc.oneof(...weighted);
}

/** The attack of a case: it follows from the seed and the case's number. */
export function attackOf(seed: number, index: number, families: readonly FamilyName[]): Attack {
  const [attack] = fc.sample(attacks(families), { seed: seed + index, numRuns: 1 });
  if (!attack) throw new Error('no attack');
  return attack;
}
