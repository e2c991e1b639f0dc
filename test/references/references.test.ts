import { expect, test } from 'vitest';
import { references } from '../../src/references/references.ts';
import { usages } from '../../src/references/usage.ts';

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

test('a template without a spec, or with nulls in it, refers to nothing', () => {
  expect(references({})).toEqual([]);
  expect(references({ spec: { containers: null, initContainers: null, volumes: null } })).toEqual([]);
  expect(references({ spec: { containers: [{ envFrom: [{ configMapRef: { name: '' } }] }] } })).toEqual([]);
});

test('references to one source are taken together: its keys once and sorted, required if any is', () => {
  const together = usages([
    { kind: 'configmap', name: 'b', keys: ['z', 'a'], except: [], via: 'env', optional: true, where: '1' },
    {
      kind: 'configmap',
      name: 'b',
      keys: ['a', 'f'],
      except: [],
      via: 'volume',
      optional: false,
      where: '2',
    },
    { kind: 'configmap', name: 'a', keys: 'all', except: [], via: 'env', optional: true, where: '3' },
  ]);
  expect(together).toEqual([
    { kind: 'configmap', name: 'a', data: 'all', binaryData: [], except: [], required: false },
    {
      kind: 'configmap',
      name: 'b',
      data: ['a', 'f', 'z'],
      binaryData: ['a', 'f'],
      except: [],
      required: true,
    },
  ]);
});
