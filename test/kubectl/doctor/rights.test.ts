import { expect, test } from 'vitest';
import { publishedPolicy } from '../../../src/config/published.ts';
import { ownOf, rightsNeeded } from '../../../src/kubectl/doctor/rights.ts';

const needed = (...args: string[]) =>
  rightsNeeded({ policy: publishedPolicy(args), version: undefined, note: undefined }).map(
    ({ verb, resource }) => `${verb} ${resource}`,
  );

test('lockstep’s own pods say who it is, however the release is called', () => {
  const pod = (spec: object) => ({ items: [{ spec: { containers: [{}], ...spec } }] });
  const containers = [{ args: ['serve', '--lease=ops/config-lockstep'] }];
  expect(ownOf(pod({ serviceAccountName: 'config-lockstep', containers }))).toEqual({
    serviceAccount: 'config-lockstep',
    lease: { namespace: 'ops', name: 'config-lockstep' },
  });
  for (const body of [undefined, { items: [] }, pod({})])
    expect(ownOf(body)).toEqual({ serviceAccount: 'lockstep', lease: undefined });
});

test('what lockstep needs follows from what is switched on', () => {
  const plain = needed();
  expect(plain).toEqual(expect.arrayContaining(['get configmaps', 'create events', 'patch deployments']));
  expect(plain.filter((each) => /^(list|create|delete|watch) (configmaps|secrets)$/.test(each))).toEqual([]);
  const pinned = needed('--pin=on', '--edit=on', '--secrets=on');
  expect(pinned).toEqual(
    expect.arrayContaining([
      'list configmaps',
      'delete configmaps',
      'list deployments',
      'watch configmaps',
      'delete secrets',
    ]),
  );
});
