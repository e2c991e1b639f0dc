import fc from 'fast-check';
import * as names from '../../../src/marks/names.ts';
import type { Texts } from './steps.ts';

const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: count, maxLength: count });
const hash = digits(64).map((text) => `v1-${text}`);
const shortDigest = fc.oneof(digits(16), fc.constantFrom('absent', '', '0'.repeat(16), 'x'.repeat(100)));
const sourceName = fc.constantFrom(
  'configmap/app',
  'secret/db',
  'configmap/more',
  'configmap/..',
  'configmap/a/b',
  'pod/app',
  'secret/__proto__',
  `configmap/${'a'.repeat(253)}`,
);
const sources = fc.dictionary(sourceName, shortDigest, { maxKeys: 4 }).map((of) => JSON.stringify(of));
const record = fc
  .record({ hash, sources: fc.dictionary(sourceName, shortDigest, { maxKeys: 3 }), template: digits(16) })
  .map((of) => JSON.stringify(of));
const list = fc.array(sourceName, { maxLength: 4 }).map((of) => of.join(', '));
const time = fc.constantFrom(
  '2999-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  'yesterday',
  '',
  '+275760-09-13T00:00:00.000Z',
  '2026-13-45T99:99:99Z',
);
const note = fc
  .record({
    source: sourceName,
    digest: fc.oneof(digits(64), fc.constant('absent')),
    data: fc.oneof(fc.constant('all'), fc.array(fc.constantFrom('used', '__proto__'), { maxLength: 2 })),
    binaryData: fc.constantFrom('all', []),
  })
  .map((of) => JSON.stringify(of));

/** What is malformed for every name. */
const junk = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '{"__proto__":{"a":1}}',
    'true',
    '*',
    '\u0000',
    '\ud83d\ude00',
    'v9-0000000000000000',
    '{"hash":null}',
    '1e999',
  ),
  fc.integer({ min: 1, max: 200_000 }).map((length) => '['.repeat(length)),
  fc.integer({ min: 1, max: 100_000 }).map((length) => 'configmap/a,'.repeat(length / 12)),
);

const orJunk = (arbitrary: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: junk });
const onOff = fc.constantFrom('enabled', 'disabled', 'Enabled', 'true', '');

const ANNOTATIONS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  [names.CONFIG_HASH]: orJunk(fc.oneof(hash, fc.constant('v9-0000000000000000'))),
  [names.CONFIG_SOURCES]: orJunk(sources),
  [names.PINNED]: orJunk(list),
  [names.BASELINE]: orJunk(record),
  [names.HELD]: orJunk(record),
  [names.IGNORE]: orJunk(
    fc.oneof(list, fc.constantFrom('*', 'configmap/*', 'secret/*#*', 'true', 'configmap/app#a*b*c*d*e*f*g')),
  ),
  [names.INCLUDE]: orJunk(list),
  [names.ROLL_ON]: orJunk(fc.constantFrom('create', 'scale', 'update,scale', 'never')),
  [names.COPY_OF]: orJunk(note),
  [names.USED_AT]: orJunk(time),
  'kubectl.kubernetes.io/last-applied-configuration': orJunk(
    hash.map((text) =>
      JSON.stringify({
        metadata: { annotations: { [names.HELD]: '{}' } },
        spec: { template: { metadata: { annotations: { [names.CONFIG_HASH]: text } } } },
      }),
    ),
  ),
  'deployment.kubernetes.io/revision': fc.constantFrom('0', '-1', '99999999999999999999', 'x'),
};

const LABELS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  [names.INJECT_LABEL]: onOff,
  [names.PIN_LABEL]: onOff,
  [names.ON_ERROR_LABEL]: fc.constantFrom('deny', 'allow', 'ignore'),
  [names.COPY_LABEL]: fc.constantFrom('true', 'false', ''),
  'app.kubernetes.io/managed-by': fc.constantFrom('lockstep', 'Helm'),
};

/** Any of the keys may be missing. */
export const SOME: { readonly requiredKeys: [] } = { requiredKeys: [] };

/** Some of these, at random. */
const some = (of: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<Texts> =>
  fc
    .tuple(fc.subarray(Object.keys(of)), fc.record({ ...of }))
    .map(([names, texts]) => Object.fromEntries(names.map((name) => [name, texts[name] ?? ''])));

/** Some annotations of lockstep's vocabulary, well-formed or not. */
export const annotations = some(ANNOTATIONS);
/** Some labels of lockstep's vocabulary. The API server accepts all of their values. */
export const labels = some(LABELS);

/** Labels of a namespace. Only who runs the cluster can set them. */
export const namespaceLabels: fc.Arbitrary<Texts> = some({
  [names.INJECT_LABEL]: fc.constantFrom('enabled', 'disabled'),
  [names.PIN_LABEL]: fc.constantFrom('enabled', 'enabled', 'disabled'),
  [names.ON_ERROR_LABEL]: fc.constantFrom('deny', 'allow'),
});
