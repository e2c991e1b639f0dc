import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { useCluster } from '../kit/use.ts';
import { CA_BUNDLE, render } from './helm.ts';
import { PIN } from './variants.ts';

// Nobody listens, and no failurePolicy lets that pass: whom the API server wanted to ask is in its refusal.
const NAME = 'lockstep-asked';
const CONFIGURATION = ['--show-only=templates/mutatingwebhookconfiguration.yaml'];

const NAMESPACES = {
  'nothing said': {},
  'pin: enabled': { 'lockstep.dev/pin': 'enabled' },
  'pin: disabled': { 'lockstep.dev/pin': 'disabled' },
  'on-error: deny': { 'lockstep.dev/on-error': 'deny' },
  'both: deny and pin': { 'lockstep.dev/on-error': 'deny', 'lockstep.dev/pin': 'enabled' },
  'inject: disabled': { 'lockstep.dev/inject': 'disabled', 'lockstep.dev/pin': 'enabled' },
} as const;
type Name = keyof typeof NAMESPACES;

const boxes = new Map<Name, Sandbox>();
const namespaceOf = (name: Name) => boxes.get(name)?.namespace ?? '';

beforeAll(async () => {
  const { kubectl, kubectlOk } = useCluster();
  for (const [name, labels] of Object.entries(NAMESPACES)) {
    const box = await sandbox(useCluster(), labels);
    await box.apply(web({ replicas: 1 }));
    boxes.set(name as Name, box);
  }
  await kubectl(['create', 'namespace', NAME]);
  // Pods need their ServiceAccount, which Kubernetes itself puts there.
  for (const namespace of [NAME, 'kube-system', ...[...boxes.values()].map((box) => box.namespace)]) {
    await eventually(() => kubectlOk(['-n', namespace, 'get', 'serviceaccount/default']));
  }
  const url = `https://127.0.0.1:${await freePort()}`;
  const values = { ...PIN, webhook: { url, caBundle: CA_BUNDLE, failurePolicy: 'Fail' } };
  await kubectlOk(['apply', '-f', '-'], { input: await render(values, NAME, CONFIGURATION) });
  await eventually(async () => (await askedOf('nothing said', pod())) === 'pod');
});
afterAll(() => useCluster().kubectl(['delete', 'mutatingwebhookconfiguration', NAME, '--ignore-not-found']));

const PINNED = { 'lockstep.dev/pinned': 'configmap/app' };
const owner = (kind: string, controller?: boolean) => ({
  ...{ apiVersion: 'apps/v1', kind, name: 'web-1', uid: '7c2f4f43-7d0c-4a3c-8c63-0a1f6f1f9a01' },
  ...(controller !== undefined && { controller }),
});
const REPLICA_SET = owner('ReplicaSet', true);

/** A pod as the ReplicaSet controller makes it, but for what is said. */
const pod = (metadata: object = { annotations: PINNED, ownerReferences: [REPLICA_SET] }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1-a', ...metadata },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
});

/** The path under `/admission/` that the API server wanted to ask; `nobody`: the call went through. */
async function asked(namespace: string, args: readonly string[], object?: object): Promise<string> {
  const { exitCode, stderr } = await useCluster().kubectl(
    ['-n', namespace, ...args, '--dry-run=server'],
    object && { input: JSON.stringify(object) },
  );
  if (exitCode === 0) return 'nobody';
  const path = /failed calling webhook .*:\d+\/admission\/([a-z/]+)/.exec(stderr)?.[1];
  if (path === undefined) throw new Error(stderr);
  return path;
}
const askedIn = (namespace: string, object: object) => asked(namespace, ['create', '-f', '-'], object);
const askedOf = (name: Name, object: object) => askedIn(namespaceOf(name), object);

describe('the API server asks about pods', () => {
  const said = (...ownerReferences: object[]) => ({ annotations: PINNED, ownerReferences });

  test.each<[string, object]>([
    ['that say nothing at all', {}],
    ['of a ReplicaSet that is not pinned', { ownerReferences: [REPLICA_SET] }],
    [
      'with other annotations',
      { annotations: { 'lockstep.dev/config-hash': 'v1:x' }, ownerReferences: [REPLICA_SET] },
    ],
    [
      'in which nothing is pinned',
      { annotations: { 'lockstep.dev/pinned': '' }, ownerReferences: [REPLICA_SET] },
    ],
    ['that stand alone', { annotations: PINNED }],
    ['of something else', said(owner('Job', true))],
    ['that a ReplicaSet owns but does not control', said(owner('ReplicaSet'), owner('Job', true))],
  ])('never, and can tell: those %s', async (_, metadata) => {
    expect(await askedOf('nothing said', pod(metadata))).toBe('nobody');
  });

  test('of pinned ReplicaSets, whoever else owns them', async () => {
    expect(await askedOf('nothing said', pod())).toBe('pod');
    expect(await askedOf('nothing said', pod(said(owner('Job', false), REPLICA_SET)))).toBe('pod');
  });

  test.each<[Name, string]>([
    ['pin: enabled', 'pod'],
    ['pin: disabled', 'pod'],
    ['on-error: deny', 'pod/deny'],
    ['both: deny and pin', 'pod/deny'],
    // Or some pods of one ReplicaSet would read what is live, beside others that do not.
    ['inject: disabled', 'pod'],
  ])('wherever they are: %s', async (name, path) => {
    expect(await askedOf(name, pod())).toBe(path);
  });

  test('but not in the namespaces without which nothing comes up', async () => {
    for (const namespace of ['kube-system', NAME]) expect(await askedIn(namespace, pod())).toBe('nobody');
  });
});

describe('the API server asks about Deployments', () => {
  const other = Object.assign(web(), { metadata: { name: 'other' } });

  test.each<[Name, string]>([
    ['nothing said', ''],
    ['pin: enabled', '/pin'],
    ['pin: disabled', ''],
    ['on-error: deny', '/deny'],
    ['both: deny and pin', '/deny/pin'],
  ])('and says by the path whether their namespace asks for pin: %s', async (name, path) => {
    const scale = ['scale', 'deployment/web', '--replicas=9'];

    expect(await askedOf(name, other)).toBe(`template${path}`);
    expect(await asked(namespaceOf(name), scale)).toBe(`scale${path}`);
  });

  test('never where lockstep is kept out, pin or not', async () => {
    expect(await askedOf('inject: disabled', other)).toBe('nobody');
  });
});
