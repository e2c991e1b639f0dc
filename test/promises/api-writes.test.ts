import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { useCluster } from '../kit/use-cluster.ts';

const cluster = useCluster();
const clientWith = (kubeconfig: string) =>
  apiClient(credentialSource(loadKubeConfig(kubeconfig, {})), { observeApiCall: () => undefined });

let client: ApiClient;
let box: Sandbox;
beforeAll(async () => {
  client = clientWith(cluster.kubeconfig);
  box = await sandbox(cluster, {}, DEPLOYMENT, true);
});
afterAll(() => client.close());

interface Asking {
  readonly namespace?: string;
  readonly as?: ApiClient;
}

function request(
  verb: 'create' | 'get' | 'delete',
  name: string,
  body?: unknown,
  { namespace = box.namespace, as = client }: Asking = {},
) {
  const path = `/api/v1/namespaces/${namespace}/configmaps${name && `/${name}`}`;
  return as.request({ verb, resource: 'configmaps', path, body, signal: AbortSignal.timeout(20_000) });
}
const create = (name: string, asking?: Asking) =>
  request('create', '', configMap({ a: 'a value' }, name), asking);

async function versionOf(name: string): Promise<{ uid: string; resourceVersion: string }> {
  const fields = '{.metadata.uid},{.metadata.resourceVersion}';
  const { stdout } = await box.kubectl(['get', 'configmap', name, '-o', `jsonpath=${fields}`]);
  const [uid = '', resourceVersion = ''] = stdout.split(',');
  return { uid, resourceVersion };
}

/** The message of the error with which a call fails. */
const messageOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('a create', () => {
  test('returns the object, and a conflict when it is repeated', async () => {
    expect(await create('once')).toMatchObject({ kind: 'found', body: { metadata: { name: 'once' } } });
    expect(await create('once')).toEqual({ kind: 'conflict' });
  });

  test('that a ResourceQuota forbids says so, and does not quote the API server', async () => {
    const other = await sandbox(cluster, {}, DEPLOYMENT, true);
    await other.kubectl(['create', 'quota', 'full', '--hard=count/configmaps=0']);
    await expect
      .poll(() => messageOf(create('many', other)))
      .toBe('the API server answered 403 to create configmaps: a ResourceQuota is used up');
  });

  test('in a namespace that is being deleted says so', async () => {
    const other = await sandbox(cluster, {}, DEPLOYMENT, true);
    const held = { ...configMap({ a: '1' }, 'held'), metadata: { name: 'held', finalizers: ['test/hold'] } };
    await other.apply(held);
    await cluster.kubectlOk(['delete', 'namespace', other.namespace, '--wait=false']);
    expect(await messageOf(create('late', other))).toBe(
      'the API server answered 403 to create configmaps: the namespace is being deleted',
    );
    await other.kubectl(['patch', 'configmap', 'held', '--patch', '{"metadata":{"finalizers":null}}']);
  });

  test('that a policy forbids says so', async () => {
    const other = await sandbox(cluster, {}, DEPLOYMENT, true);
    const name = other.namespace;
    const [group, metadata] = ['admissionregistration.k8s.io/v1', { name }];
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
    const validations = [{ expression: 'false', reason: 'Forbidden' }];
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': name } };
    await other.apply(
      {
        apiVersion: group,
        kind: 'ValidatingAdmissionPolicy',
        metadata,
        spec: { matchConstraints: { resourceRules: [rule] }, validations },
      },
      {
        apiVersion: group,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata,
        spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector } },
      },
    );
    let tries = 0;
    await expect
      .poll(() => messageOf(create(`refused-${tries++}`, other)))
      .toBe(
        'the API server answered 403 to create configmaps: an admission webhook or policy does not allow it',
      );
    for (const kind of ['binding', ''])
      await other.kubectl(['delete', `validatingadmissionpolicy${kind}`, name]);
  });

  test('without the right to it says so', async () => {
    await box.kubectl(['create', 'serviceaccount', 'nobody']);
    const nobody = clientWith(await cluster.kubeconfigFor({ namespace: box.namespace, name: 'nobody' }));
    expect(await messageOf(create('mine', { as: nobody }))).toBe(
      'the API server answered 403 to create configmaps: lockstep lacks that right',
    );
    await nobody.close();
  });
});

describe('a delete', () => {
  test('deletes the version that was read, and no later one', async () => {
    await create('twice');
    const read = await versionOf('twice');
    await box.kubectl(['annotate', 'configmap', 'twice', 'n=1']);
    expect(await request('delete', 'twice', { preconditions: read })).toEqual({ kind: 'conflict' });
    const now = await versionOf('twice');
    expect(await request('delete', 'twice', { preconditions: now })).toMatchObject({ kind: 'found' });
    expect(await request('delete', 'twice', { preconditions: now })).toEqual({ kind: 'not-found' });
  });

  test('leaves another object of the same name', async () => {
    await create('again');
    const { uid } = await versionOf('again');
    await box.kubectl(['delete', 'configmap', 'again']);
    await create('again');
    expect(await request('delete', 'again', { preconditions: { uid } })).toEqual({ kind: 'conflict' });
    expect(await request('get', 'again')).toMatchObject({ kind: 'found' });
  });
});
