import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { references } from '../../src/references/references.ts';

test('every way to name a ConfigMap is found, with its field path', () => {
  const found = references({
    spec: {
      initContainers: [{ name: 'sidecar', envFrom: [{ configMapRef: { name: 'side' } }] }],
      containers: [
        {
          name: 'web',
          env: [
            { name: 'PLAIN' },
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a', optional: true } } },
          ],
          envFrom: [{ configMapRef: { name: 'env', optional: true } }],
        },
      ],
      volumes: [
        { name: 'all', configMap: { name: 'files' } },
        { name: 'some', configMap: { name: 'items', items: [{ key: 'x' }, { key: 'y' }] } },
        { name: 'none', configMap: { name: 'no-items', items: [] } },
        {
          name: 'projected',
          projected: { sources: [{}, { configMap: { name: 'proj', items: [{ key: 'p' }] } }] },
        },
      ],
    },
  });
  expect(found.map(({ name, keys, via, optional, where }) => [where, name, keys, via, optional])).toEqual([
    ['spec.initContainers[0].envFrom[0].configMapRef', 'side', 'all', 'env', false],
    ['spec.containers[0].envFrom[0].configMapRef', 'env', 'all', 'env', true],
    ['spec.containers[0].env[1].valueFrom.configMapKeyRef', 'app', ['a'], 'env', true],
    ['spec.volumes[0].configMap', 'files', 'all', 'volume', false],
    ['spec.volumes[1].configMap', 'items', ['x', 'y'], 'volume', false],
    ['spec.volumes[2].configMap', 'no-items', 'all', 'volume', false],
    ['spec.volumes[3].projected.sources[1].configMap', 'proj', ['p'], 'volume', false],
  ]);
});

test('the keys that a pod needs are found, also those that no mount shows', () => {
  const items = [{ key: 'x', path: 'x' }, { key: 'y' }];
  const found = references({
    spec: {
      containers: [
        {
          env: [
            { valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } },
            { valueFrom: { secretKeyRef: { name: 'db', key: 'b', optional: true } } },
          ],
          envFrom: [{ secretRef: { name: 'env' } }],
          volumeMounts: [{ name: 'all' }, { name: 'some', subPath: 'x' }, { name: 'maybe' }],
        },
      ],
      volumes: [
        { name: 'all', configMap: { name: 'files' } },
        { name: 'some', projected: { sources: [{ secret: { name: 'items', items } }] } },
        { name: 'maybe', configMap: { name: 'optional', items, optional: true } },
        { name: 'unmounted', configMap: { name: 'unused', items } },
      ],
    },
  });
  expect(Object.fromEntries(found.map(({ name, needed }) => [name, needed]))).toEqual({
    app: ['a'],
    db: undefined,
    env: [],
    files: [],
    items: ['x', 'y'],
    optional: undefined,
    unused: undefined,
  });
});

test('a template without a spec, or with nulls in it, refers to nothing', () => {
  expect(references({})).toEqual([]);
  expect(references({ spec: { containers: null, initContainers: null, volumes: null } })).toEqual([]);
  expect(references({ spec: { containers: [{ envFrom: [{ configMapRef: { name: '' } }] }] } })).toEqual([]);
});

describe('references are complete', () => {
  const source = fc.record({ name: fc.constantFrom('a', 'b', 'c', '') });
  const selector = fc.record({ name: fc.constantFrom('a', 'b', 'c'), key: fc.constantFrom('k', 'l') });
  const one = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
  const container = fc.record(
    {
      name: fc.constant('c'),
      env: one(
        fc.record(
          {
            valueFrom: fc.record({ configMapKeyRef: selector, secretKeyRef: selector }, { requiredKeys: [] }),
          },
          { requiredKeys: [] },
        ),
      ),
      envFrom: one(fc.record({ configMapRef: source, secretRef: source }, { requiredKeys: [] })),
    },
    { requiredKeys: ['name'] },
  );
  const template = fc.record(
    {
      containers: one(container),
      initContainers: one(container),
      volumes: one(
        fc.record(
          {
            name: fc.constantFrom('v', 'w'),
            configMap: source,
            secret: fc.record({ secretName: fc.constantFrom('a', 'b', '') }),
            projected: fc.record({
              sources: one(fc.record({ configMap: source, secret: source }, { requiredKeys: [] })),
            }),
          },
          { requiredKeys: ['name'] },
        ),
      ),
    },
    { requiredKeys: [] },
  );

  /** Everything below a field that names a ConfigMap or a Secret, at any position. */
  function walk(node: unknown, field = ''): string[] {
    if (typeof node !== 'object' || node === null) return [];
    const kind = /^configMap/.test(field) ? 'configmap' : /^secret/.test(field) ? 'secret' : undefined;
    const name: unknown = Reflect.get(node, 'secretName') ?? Reflect.get(node, 'name');
    if (kind) return typeof name === 'string' && name !== '' ? [`${kind}/${name}`] : [];
    return Object.entries(node).flatMap(([key, inner]) => walk(inner, Array.isArray(node) ? field : key));
  }

  test('as an independent walk of any template finds the same number, of the same sources', () => {
    fc.assert(
      fc.property(template, (spec) => {
        const found = references({ spec }).map(({ kind, name }) => `${kind}/${name}`);
        expect(found.sort()).toEqual(walk(spec).sort());
      }),
      { numRuns: 500 },
    );
  });

  test('and the path of each leads to its name', () => {
    fc.assert(
      fc.property(template, (spec) => {
        for (const { where, name } of references({ spec })) {
          const steps = where.split(/[.[\]]+/).filter((step) => step !== '');
          const at = steps.reduce<unknown>((node, step) => Reflect.get(Object(node), step), { spec });
          expect(Object.values(Object(at))).toContain(name);
        }
      }),
    );
  });
});
