import fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { pointAt, type Target } from '../../src/references/point.ts';
import { type Reference, references } from '../../src/references/references.ts';
import { sourceId } from '../../src/references/sources.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';

const ALL = { data: 'all', binaryData: 'all' } as const;
type TargetOf = (reference: Reference) => Target | undefined;

/** The pod with its references pointed, and where those stand that stay although they were aimed at. */
function pointed(pod: PodTemplate, targetOf: TargetOf) {
  const { patch, uncovered } = pointAt(pod, references(pod), targetOf);
  const after: PodTemplate = jsonpatch.applyPatch(structuredClone(pod), patch).newDocument;
  return { after, patch, uncovered: uncovered.map(({ where }) => where) };
}

describe('whatever the pod', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const optional = fc.boolean();
  const key = fc.constantFrom('k', 'l', 'm');
  const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
  const selector = fc.record({ name, key, optional }, { requiredKeys: ['name', 'key'] });
  const whole = fc.record({ name, optional }, { requiredKeys: ['name'] });
  const items = fc.array(fc.record({ key, path: fc.constantFrom('k', 'x/k', 'x/l') }), { maxLength: 3 });
  const source = fc.record({ name, items, optional }, { requiredKeys: ['name'] });
  const secretName = fc.record(
    { secretName: name, items, defaultMode: fc.nat() },
    { requiredKeys: ['secretName'] },
  );
  const container = fc.record({
    env: some(
      fc.oneof(
        fc.record({ name, value: name }),
        fc.record({ name, valueFrom: fc.record({ configMapKeyRef: selector }) }),
        fc.record({ name, valueFrom: fc.record({ secretKeyRef: selector }) }),
      ),
    ),
    envFrom: some(
      fc.oneof(fc.record({ prefix: name, configMapRef: whole }), fc.record({ secretRef: whole })),
    ),
    volumeMounts: some(
      fc.record(
        { name: fc.constantFrom('v', 'w'), subPath: fc.constantFrom('', 'k', 'x', 'x/l') },
        { requiredKeys: ['name'] },
      ),
    ),
  });
  const projection = fc.oneof(
    fc.record({ configMap: source }),
    fc.record({ secret: source }),
    fc.constant({}),
  );
  const volume = fc
    .oneof(
      fc.record({ configMap: source }),
      fc.record({ secret: secretName }),
      fc.record({ projected: fc.record({ sources: some(projection) }) }),
      fc.constant({ emptyDir: {} }),
    )
    .map((of, i = 0) => ({ name: 'v', ...of, i }));
  const pod: fc.Arbitrary<PodTemplate> = fc.record({
    metadata: fc.constant({ annotations: { a: 'a', name: 'b' } }),
    spec: fc.record({
      containers: some(container),
      initContainers: some(container),
      volumes: fc.tuple(volume, volume).map(([v, w]) => [v, { ...w, name: 'w' }]),
    }),
  });
  const targets = fc.subarray(['configmap/a', 'configmap/b', 'secret/a', 'secret/b']).map((ids): TargetOf => {
    return (of) => (ids.includes(sourceId(of)) ? { name: `${of.name}-copy`, holds: ALL } : undefined);
  });

  const isSeen = ({ keys }: Reference) => keys === 'all' || keys.length > 0;
  /** All but the names and the items of what a field of these kinds selects. */
  function rest(node: unknown, field = ''): unknown {
    if (typeof node !== 'object' || node === null) return node;
    const inner = Array.isArray(node) ? field : '';
    const entries = Object.entries(node).map(([of, value]) => [of, rest(value, inner || of)]);
    const selects = /^(configMap|secret)/.test(field);
    return entries.filter(([of]) => !selects || (of !== 'name' && of !== 'secretName' && of !== 'items'));
  }

  test('each reference aimed at has the name of its target and shows what it did; nothing else changes', () => {
    fc.assert(
      fc.property(pod, targets, (before, targetOf) => {
        const { after, patch, uncovered } = pointed(before, targetOf);
        const expected = references(before).map((of) => ({
          ...of,
          name: isSeen(of) ? (targetOf(of)?.name ?? of.name) : of.name,
        }));
        expect(references(after)).toEqual(expected);
        expect(rest(after)).toEqual(rest(before));
        expect(uncovered).toEqual([]);
        for (const { path, ...of } of patch)
          expect(of).not.toMatchObject({ value: jsonpatch.getValueByPointer(before, path) });
      }),
      { numRuns: 1000 },
    );
  });

  test('pointed twice is pointed once', () => {
    fc.assert(
      fc.property(pod, targets, (before, targetOf) => {
        expect(pointed(pointed(before, targetOf).after, targetOf).patch).toEqual([]);
      }),
    );
  });
});

const full: PodTemplate = {
  spec: {
    initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 'db' } }] }],
    containers: [
      {
        name: 'web',
        env: [
          { name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } },
          { name: 'B', valueFrom: { secretKeyRef: { name: 'db', key: 'b' } } },
        ],
        envFrom: [{ configMapRef: { name: 'app', optional: true } }],
      },
    ],
    volumes: [
      { name: 'v', configMap: { name: 'app', optional: true } },
      { name: 'w', secret: { secretName: 'db' } },
      { name: 'x', projected: { sources: [{}, { configMap: { name: 'app' } }, { secret: { name: 'db' } }] } },
    ],
  },
};

test('each kind of reference has its own place for a name', () => {
  const { patch } = pointed(full, ({ name }) => ({ name: `${name}-copy`, holds: ALL }));
  expect(patch.map((of) => [of.path, 'value' in of && of.value])).toEqual([
    ['/spec/initContainers/0/envFrom/0/secretRef/name', 'db-copy'],
    ['/spec/containers/0/envFrom/0/configMapRef/name', 'app-copy'],
    ['/spec/containers/0/env/0/valueFrom/configMapKeyRef/name', 'app-copy'],
    ['/spec/containers/0/env/1/valueFrom/secretKeyRef/name', 'db-copy'],
    ['/spec/volumes/0/configMap/name', 'app-copy'],
    ['/spec/volumes/1/secret/secretName', 'db-copy'],
    ['/spec/volumes/2/projected/sources/1/configMap/name', 'app-copy'],
    ['/spec/volumes/2/projected/sources/2/secret/name', 'db-copy'],
  ]);
});

describe('a reference stays as it is, and is told, that', () => {
  test.each<[string, Target['holds'], string[]]>([
    [
      'uses keys that its target does not hold',
      { data: ['a'], binaryData: [] },
      [
        'containers[0].envFrom[0].configMapRef',
        'volumes[0].configMap',
        'volumes[2].projected.sources[1].configMap',
      ],
    ],
    [
      'shows files of binaryData where that does not hold them',
      { data: 'all', binaryData: [] },
      ['volumes[0].configMap', 'volumes[2].projected.sources[1].configMap'],
    ],
    [
      'is not optional, where nobody makes its target',
      'none',
      ['containers[0].env[0].valueFrom.configMapKeyRef', 'volumes[2].projected.sources[1].configMap'],
    ],
  ])('%s', (_name, holds, expected) => {
    const { after, uncovered } = pointed(full, ({ kind }) =>
      kind === 'configmap' ? { name: 'copy', holds } : undefined,
    );
    expect(uncovered).toEqual(expected.map((where) => `spec.${where}`));
    const names = references(after).filter(({ kind }) => kind === 'configmap');
    for (const { where, name } of names) expect(name).toBe(uncovered.includes(where) ? 'app' : 'copy');
  });
});

describe('of a volume’s items', () => {
  const items = ['a', 'b', 'c'].map((key) => ({ key, path: `conf/${key}`, mode: 0o400 }));
  const itemsOf = (subPaths: string[]) => {
    const volumeMounts = subPaths.map((subPath) => ({ name: 'v', subPath }));
    const volumes = [{ name: 'v', configMap: { name: 'app', items } }];
    const { after } = pointed({ spec: { containers: [{ volumeMounts }], volumes } }, () => ({
      name: 'copy',
      holds: ALL,
    }));
    return after.spec?.volumes?.[0]?.configMap;
  };

  test('those that no container sees are dropped: the copy does not hold their keys', () => {
    expect(itemsOf(['conf/a', 'conf/c'])).toEqual({ name: 'copy', items: [items[0], items[2]] });
    expect(itemsOf(['conf'])).toEqual({ name: 'copy', items });
    expect(itemsOf([])).toEqual({ name: 'copy', items });
  });

  test('not all are dropped, which would mean every key: what shows nothing stays as it is', () => {
    expect(itemsOf(['other'])).toEqual({ name: 'app', items });
  });
});
