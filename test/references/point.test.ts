import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/references/point.ts';
import { type Reference, references } from '../../src/references/references.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';
import { ALL, pointedPod } from './pointed-pod.ts';

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
  const { patch } = pointedPod(full, ({ name }) => ({ name: `${name}-copy`, holds: ALL }));
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

describe('a reference is not changed, and is reported, that', () => {
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
      'shows files of binaryData that the target does not hold',
      { data: 'all', binaryData: [] },
      ['volumes[0].configMap', 'volumes[2].projected.sources[1].configMap'],
    ],
    [
      'is not optional, if its target cannot exist',
      'none',
      ['containers[0].env[0].valueFrom.configMapKeyRef', 'volumes[2].projected.sources[1].configMap'],
    ],
  ])('%s', (_name, holds, expected) => {
    const { after, uncovered } = pointedPod(full, ({ kind }) =>
      kind === 'configmap' ? { name: 'copy', holds } : undefined,
    );
    expect(uncovered).toEqual(expected.map((where) => `spec.${where}`));
    const names = references(after).filter(({ kind }) => kind === 'configmap');
    // The environment has lost what cannot exist, so the places of its references say nothing here.
    for (const { where, name, via } of names)
      if (holds !== 'none' || via === 'volume') expect(name).toBe(uncovered.includes(where) ? 'app' : 'copy');
  });
});

describe('of an absent source', () => {
  const absent = ({ kind }: Reference): Target => ({
    name: 'app-lockstep-absent_',
    holds: kind === 'configmap' ? 'none' : ALL,
  });
  const key = (name: string, of: string) => ({
    name: of,
    valueFrom: { configMapKeyRef: { name, key: of, optional: true } },
  });
  const from = (of: string, optional = true) => ({ prefix: of, configMapRef: { name: of, optional } });
  const container = {
    env: [key('app', 'a'), { name: 'B', value: '1' }, key('app', 'c'), key('more', 'd')],
    envFrom: [from('app'), from('more'), from('app', false), { secretRef: { name: 'db' } }],
  };

  test('entries of the environment go, all others stay and keep their order, and volumes point at nothing', () => {
    const volumes = full.spec?.volumes ?? [];
    const containers = [structuredClone(container)];
    const pod = { spec: { initContainers: [container], containers, volumes } };
    const { after, uncovered } = pointedPod(pod, absent);
    const left = {
      env: [{ name: 'B', value: '1' }],
      envFrom: [from('app', false), { secretRef: { name: 'app-lockstep-absent_' } }],
    };
    expect(after.spec?.initContainers).toEqual([left]);
    expect(after.spec?.containers).toEqual([left]);
    expect(after.spec?.volumes?.[0]).toEqual({
      name: 'v',
      configMap: { name: 'app-lockstep-absent_', optional: true },
    });
    expect(uncovered).toEqual([
      'spec.initContainers[0].envFrom[2].configMapRef',
      'spec.containers[0].envFrom[2].configMapRef',
      'spec.volumes[2].projected.sources[1].configMap',
    ]);
  });
});

describe('of a volume’s items', () => {
  const items = ['a', 'b', 'c'].map((key) => ({ key, path: `conf/${key}`, mode: 0o400 }));
  const itemsOf = (subPaths: string[]) => {
    const volumeMounts = subPaths.map((subPath) => ({ name: 'v', subPath }));
    const volumes = [{ name: 'v', configMap: { name: 'app', items } }];
    const { after } = pointedPod({ spec: { containers: [{ volumeMounts }], volumes } }, () => ({
      name: 'copy',
      holds: ALL,
    }));
    return after.spec?.volumes?.[0]?.configMap;
  };

  test('those that no container sees are dropped, because the copy does not hold their keys', () => {
    expect(itemsOf(['conf/a', 'conf/c'])).toEqual({ name: 'copy', items: [items[0], items[2]] });
    expect(itemsOf(['conf'])).toEqual({ name: 'copy', items });
    expect(itemsOf([])).toEqual({ name: 'copy', items });
  });

  test('not all are dropped, which would mean every key: a volume that shows nothing is not changed', () => {
    expect(itemsOf(['other'])).toEqual({ name: 'app', items });
  });
});
