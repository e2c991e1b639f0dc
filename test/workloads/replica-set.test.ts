import { describe, expect, test } from 'vitest';
import { controllerOf, currentSinceMs, type ReplicaSet, sizePatch } from '../../src/workloads/replica-set.ts';

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

describe('since when a ReplicaSet is the one of its template', () => {
  const [CREATED, WRITTEN, LATER] = ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z'];
  const cameBack = { 'deployment.kubernetes.io/revision-history': '1' };
  const managedFields = [{ time: CREATED }, { time: WRITTEN }, { time: LATER, subresource: 'status' }];
  test.each<[string, ReplicaSet['metadata'], string | undefined]>([
    ['its creation', { creationTimestamp: CREATED, managedFields }, CREATED],
    [
      'the last write if its template came back',
      { creationTimestamp: CREATED, managedFields, annotations: cameBack },
      WRITTEN,
    ],
    [
      'unknown if then nothing tells',
      { creationTimestamp: CREATED, annotations: cameBack, managedFields: [] },
      undefined,
    ],
    ['unknown if a time is missing', { annotations: cameBack, managedFields: [{ time: null }] }, undefined],
    ['unknown without a creation', {}, undefined],
  ])('%s', (_what, metadata, since) => {
    // A time leaves out the part of a second, and it may be later.
    const expected = since === undefined ? undefined : Date.parse(since) + 1_000;
    expect(currentSinceMs(metadata)).toBe(expected);
  });
});
