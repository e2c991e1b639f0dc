import { expect, test } from 'vitest';
import { readController } from '../../src/admission/controller.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewDeps } from '../kit/reviews.ts';

const web = (uid: string) => {
  const of = deployment({});
  return viewOf({ ...of, metadata: { ...of.metadata, uid } });
};
const owner = { kind: 'Deployment', name: 'web', uid: 'd', controller: true };

/** The uid of the workload that controls a revision with these owners, and the calls of the ports. */
async function controller(owners: readonly (typeof owner)[], uid = 'd', kinds = [DEPLOYMENT]) {
  const { deps, asked } = reviewDeps({ workloads: [web(uid)] });
  const revision = { ownerReferences: [...owners] };
  const found = await readController(deps, kinds, 'shop', revision, new AbortController().signal);
  return { uid: found?.metadata.uid, asked };
}

test('the workload that controls a revision is read by its name', async () => {
  expect(await controller([owner])).toEqual({ uid: 'd', asked: ['read deployments shop/web'] });
});

test('one that was made anew under that name is not the controller', async () => {
  expect((await controller([owner], 'another')).uid).toBeUndefined();
});

test('an owner that is no controller, or of another kind, is not read', async () => {
  expect(await controller([{ ...owner, controller: false }])).toEqual({ uid: undefined, asked: [] });
  expect(await controller([{ ...owner, kind: 'Rollout' }])).toEqual({ uid: undefined, asked: [] });
  expect(await controller([owner], 'd', [])).toEqual({ uid: undefined, asked: [] });
});
