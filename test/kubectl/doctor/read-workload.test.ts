import { expect, test } from 'vitest';
import { type ApiRequest, METADATA_LIST, METADATA_ONLY } from '../../../src/api/request.ts';
import { examineWorkload } from '../../../src/kubectl/doctor/read-workload.ts';
import { DEPLOYMENT } from '../../../src/workloads/deployment.ts';
import { ROLLOUT } from '../../../src/workloads/rollout.ts';
import { type Listed, listedSession } from '../../kit/listed-session.ts';

const EMPTY: Listed = { namespaces: [{ metadata: { name: 'shop', uid: 'shop' } }], configmaps: [], pods: [] };

test('of Secrets and their copies, only metadata is asked for', async () => {
  const annotations = {
    'lockstep.dev/config-sources': '{"secret/db":"abababababababab"}',
    'lockstep.dev/pinned': 'secret/db',
  };
  const containers = [{ name: 'web', envFrom: [{ secretRef: { name: 'db' } }] }];
  const template = { metadata: { annotations }, spec: { containers } };
  const metadata = { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1' };
  const { session } = listedSession({
    ...EMPTY,
    deployments: [{ metadata, spec: { replicas: 1, template } }],
    secrets: [{ metadata: { ...metadata, name: 'db' } }],
  });
  const asked: ApiRequest[] = [];
  const request: typeof session.client.request = (each) => {
    if (each.path.includes('/secrets')) asked.push(each);
    return session.client.request(each);
  };
  const { findings } = await examineWorkload(
    {
      ...session,
      client: { ...session.client, request },
      assessments: { read: async () => 'unavailable' },
    },
    { kind: DEPLOYMENT, name: 'web' },
  );
  expect(findings.map(({ check }) => check)).toContain('the copy of secret/db exists');
  expect(asked.some(({ path }) => path.endsWith('/secrets/db-lockstep-abababababababab'))).toBe(true);
  const whole = asked.filter(({ accept }) => accept !== METADATA_ONLY && accept !== METADATA_LIST);
  expect(whole).toEqual([]);
});

test('a Rollout without a template of its own is looked at, too', async () => {
  const metadata = { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1' };
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const { session } = listedSession({ ...EMPTY, rollouts: [{ metadata, spec: { workloadRef } }] });
  const { findings } = await examineWorkload(session, { kind: ROLLOUT, name: 'web' });
  expect(findings.map(({ check }) => check)).toContain('lockstep acts on it');
});
