import { expect, test } from 'vitest';
import { controllerOf } from '../../src/workloads/replica-set.ts';

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
