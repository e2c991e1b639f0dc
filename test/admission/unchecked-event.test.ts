import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reportUnchecked } from '../../src/admission/unchecked-event.ts';
import { WEBHOOKS } from '../../src/admission/webhooks.ts';
import type { OnError } from '../../src/policy/on-error.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const of = deployment({});
const web = viewOf({ ...of, metadata: { ...of.metadata, uid: 'd' } });
const FAILURE = { reason: 'api_refused', why: 'the API server answered 403 to get configmaps' } as const;
const REQUEST = {
  uid: 'u1',
  namespace: 'shop',
  operation: 'UPDATE',
  resource: { group: 'apps', resource: 'deployments' },
  userInfo: { username: 'alice' },
  object: of,
};

async function told(
  name: string,
  request: object,
  { choice = 'allow', ...found }: FoundByReview & { choice?: OnError } = {},
): Promise<string[]> {
  const webhook = WEBHOOKS.find((row) => row.name === name);
  if (!webhook) throw new Error(name);
  const { deps, told: messages } = reviewDeps({ workloads: [web], ...found });
  reportUnchecked(deps, webhook, { request }, FAILURE, choice);
  await setImmediate();
  return messages;
}

test('an Event about the workload says why a call was not checked, and what became of it', async () => {
  expect(await told('template', REQUEST)).toEqual([
    'shop/web: deployment/web was not checked: the API server answered 403 to get configmaps; the call went ' +
      'through, and pods may differ (by alice writing deployment/web).',
  ]);
  const scale = { ...REQUEST, object: { metadata: { name: 'web' }, spec: { replicas: 5 } } };
  expect((await told('scale', scale, { choice: 'deny' })).join()).toContain(
    'the call was refused (by alice scaling deployment/web)',
  );
});

test('at the create of a pod, it is about the DaemonSet', async () => {
  const owner = { kind: 'DaemonSet', name: 'web', uid: 'd', controller: true };
  const object = { metadata: { generateName: 'web-', ownerReferences: [owner] } };
  expect(
    (await told('node', { ...REQUEST, resource: { group: '', resource: 'pods' }, object })).join(),
  ).toContain('daemonset/web was not checked: ');
});

describe('there is none', () => {
  test.each<[string, object, FoundByReview]>([
    ['on a dry run', { ...REQUEST, dryRun: true }, {}],
    ['where lockstep does not act', { ...REQUEST, namespace: 'kube-system' }, {}],
    ['about another kind', { ...REQUEST, resource: { group: 'apps', resource: 'others' } }, {}],
    ['about a workload that is not there', REQUEST, { workloads: [undefined] }],
    [
      'in a namespace that is switched off',
      REQUEST,
      { namespaceLabels: { 'lockstep.dev/inject': 'disabled' } },
    ],
  ])('%s', async (_what, request, found) => {
    expect(await told('template', request, found)).toEqual([]);
  });

  test.each(['pod', 'job', 'configured', 'ceiling'])('at a review of %s', async (name) => {
    expect(await told(name, REQUEST)).toEqual([]);
  });
});
