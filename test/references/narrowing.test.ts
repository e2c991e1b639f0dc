import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, without } from '../../src/references/pattern.ts';
import { type Reference, references } from '../../src/references/references.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';

type Mount = { subPath?: string; subPathExpr?: string };

/** The keys used of a ConfigMap volume that is mounted like this. */
function keysOf(mounts: readonly Mount[], items?: readonly { key: string; path?: string }[]) {
  const volumeMounts = mounts.map((mount) => ({ name: 'etc', ...mount }));
  const template: PodTemplate = {
    spec: {
      containers: [{ name: 'web', volumeMounts }],
      volumes: [{ name: 'etc', configMap: { name: 'app', ...(items && { items: [...items] }) } }],
    },
  };
  return references(template).map(({ keys }) => keys)[0];
}

describe('a volume uses', () => {
  const items = [
    { key: 'a', path: 'conf/a.conf' },
    { key: 'b', path: 'conf/b.conf' },
    { key: 'c', path: 'c.conf' },
    { key: 'c', path: 'conf/again' },
    { key: 'd' },
  ];

  test.each<[string, readonly Mount[], ReturnType<typeof keysOf>]>([
    ['every key where it is mounted whole', [{}], 'all'],
    ['every key where it is mounted whole somewhere', [{ subPath: 'a' }, {}], 'all'],
    ['every key where it is not mounted: a sidecar of the pod may', [], 'all'],
    ['the keys that are mounted by subPath', [{ subPath: 'a' }, { subPath: './b' }], ['a', 'b']],
    ['the key that a subPath goes into', [{ subPath: 'a/b' }], ['a']],
    ['every key where a subPath means all', [{ subPath: './' }], 'all'],
    ['every key where a subPath looks behind the scenes', [{ subPath: '..data/a' }], 'all'],
    ['every key where the pod’s environment decides', [{ subPathExpr: '$(POD_NAME)' }], 'all'],
    ['the key of a subPathExpr that expands nothing', [{ subPathExpr: 'a' }], ['a']],
    ['every key where both are empty', [{ subPath: '', subPathExpr: '' }], 'all'],
  ])('%s', (_name, mounts, keys) => {
    expect(keysOf(mounts)).toEqual(keys);
  });

  test.each<[string, readonly Mount[], ReturnType<typeof keysOf>]>([
    ['its items where it is mounted whole', [{}], ['a', 'b', 'c', 'c', 'd']],
    ['the item whose file is mounted', [{ subPath: 'conf/a.conf' }], ['a']],
    ['the items whose folder is mounted', [{ subPath: 'conf' }], ['a', 'b', 'c']],
    ['the item without a path, by its key', [{ subPath: 'd' }], ['d']],
    ['none where nothing is mounted that there is', [{ subPath: 'con' }], []],
  ])('with items: %s', (_name, mounts, keys) => {
    expect(keysOf(mounts, items)).toEqual(keys);
  });
});

describe('patterns', () => {
  test.each([
    ['app', 'app', true],
    ['app', 'apps', false],
    ['*', '', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*.crt', 'ca.crt', true],
    ['log.*', 'logs', false],
    ['*ab*ab', 'xab', false],
  ])('%s covers %s: %s', (pattern, text, expected) => {
    expect(covers(pattern, text)).toBe(expected);
  });

  test('cover what a regular expression made of them does', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (of, on) => {
        const regExp = new RegExp(`^${of.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(covers(of, on)).toBe(regExp.test(on));
      }),
      { numRuns: 2000 },
    );
  });

  const reference: Reference = {
    kind: 'configmap',
    name: 'app',
    keys: 'all',
    except: [],
    via: 'env',
    optional: false,
    where: 'x',
  };
  const named: Reference = { ...reference, keys: ['a', 'log.level'] };
  const ignoring = (name: string, key?: string) => [{ kind: 'configmap', name, key } as const];

  test('take a source away, or keys of it', () => {
    expect(without([reference, named], ignoring('a*'))).toEqual([]);
    expect(without([reference, named], ignoring('other'))).toEqual([reference, named]);
    expect(without([named], ignoring('app', 'log.*'))).toEqual([{ ...named, keys: ['a'] }]);
    expect(without([named], ignoring('app', '*'))).toEqual([]);
    expect(without([reference], ignoring('app', 'log.*'))).toEqual([{ ...reference, except: ['log.*'] }]);
    expect(without([{ ...reference, kind: 'secret' }], ignoring('app'))).toHaveLength(1);
  });

  test('leave a reference that uses no key at all: its source still has to be there', () => {
    const none: Reference = { ...reference, keys: [] };
    expect(without([none], ignoring('app', 'a'))).toEqual([none]);
  });
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

  /** Whatever hangs on a field that names a ConfigMap or a Secret, wherever it is. */
  function walk(node: unknown, field = ''): string[] {
    if (typeof node !== 'object' || node === null) return [];
    const kind = /^configMap/.test(field) ? 'configmap' : /^secret/.test(field) ? 'secret' : undefined;
    const name: unknown = Reflect.get(node, 'secretName') ?? Reflect.get(node, 'name');
    if (kind) return typeof name === 'string' && name !== '' ? [`${kind}/${name}`] : [];
    return Object.entries(node).flatMap(([key, inner]) => walk(inner, Array.isArray(node) ? field : key));
  }

  test('whatever the template: as many as an independent walk finds, of the same sources', () => {
    fc.assert(
      fc.property(template, (spec) => {
        const found = references({ spec }).map(({ kind, name }) => `${kind}/${name}`);
        expect(found.sort()).toEqual(walk(spec).sort());
      }),
      { numRuns: 500 },
    );
  });

  test('each says where it stands: there is what it names', () => {
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
