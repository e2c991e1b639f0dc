import { describe, expect, test } from 'vitest';
import { controllerOf, sizePatch } from '../../src/workloads/replica-set.ts';

const owner = (kind: string, uid: string, controller?: boolean) => ({
  kind,
  name: `of-${uid}`,
  uid,
  ...(controller !== undefined && { controller }),
});

test('the controller is the owner of this kind that is marked as controller', () => {
  const ownerReferences = [
    owner('Deployment', 'a'),
    owner('Deployment', 'b', false),
    owner('Rollout', 'c', true),
    owner('Deployment', 'd', true),
  ];
  expect(controllerOf({ ownerReferences }, 'Deployment')).toMatchObject({ name: 'of-d', uid: 'd' });
  expect(controllerOf({ ownerReferences }, 'StatefulSet')).toBeUndefined();
});

test('an object without owners has no controller', () => {
  for (const meta of [{}, { ownerReferences: null }, { ownerReferences: [] }])
    expect(controllerOf(meta, 'Deployment')).toBeUndefined();
});

describe('the patch that caps a ReplicaSet', () => {
  const spec = { replicas: 8 };
  const size = { op: 'replace', path: '/spec/replicas', value: 4 };

  test('removes the annotation of the size that it does not get', () => {
    const annotations = { 'deployment.kubernetes.io/desired-replicas': '8', note: '1' };
    expect(sizePatch({ metadata: { annotations }, spec }, 4)).toEqual([
      size,
      { op: 'remove', path: '/metadata/annotations/deployment.kubernetes.io~1desired-replicas' },
    ]);
  });

  test.each([[{}], [{ annotations: null }], [{ annotations: { note: '1' } }]])('of %j', (metadata) => {
    expect(sizePatch({ metadata, spec }, 4)).toEqual([size]);
  });
});
