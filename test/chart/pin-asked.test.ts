import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { CA_BUNDLE, render } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { PIN } from './variants.ts';

// No program listens, and failurePolicy is Fail, so the API server's refusal tells which webhook it wanted to
// call.
const NAME = 'lockstep-asked';
const CONFIGURATION = ['--show-only=templates/mutatingwebhookconfiguration.yaml'];

const NAMESPACES = {
  'no label': {},
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
  // Pods need their ServiceAccount, which Kubernetes creates.
  for (const namespace of [NAME, 'kube-system', ...[...boxes.values()].map((box) => box.namespace)]) {
    await eventually(() => kubectlOk(['-n', namespace, 'get', 'serviceaccount/default']));
  }
  const url = `https://127.0.0.1:${await freePort()}`;
  const values = {
    ...PIN,
    webhook: { url, caBundle: CA_BUNDLE, failurePolicy: 'Fail', job: { failurePolicy: 'Fail' } },
  };
  await kubectlOk(['apply', '-f', '-'], { input: await render(values, NAME, CONFIGURATION) });
  await eventually(async () => (await pathFor('no label', pod())) === 'pod');
});
afterAll(() => useCluster().kubectl(['delete', 'mutatingwebhookconfiguration', NAME, '--ignore-not-found']));

const PINNED = { 'lockstep.dev/pinned': 'configmap/app' };
const owner = (kind: string, controller?: boolean) => ({
  ...{ apiVersion: 'apps/v1', kind, name: 'web-1', uid: '7c2f4f43-7d0c-4a3c-8c63-0a1f6f1f9a01' },
  ...(controller !== undefined && { controller }),
});
const REPLICA_SET = owner('ReplicaSet', true);

/** A pod as the ReplicaSet controller creates it, except for `metadata`. */
const pod = (metadata: object = { annotations: PINNED, ownerReferences: [REPLICA_SET] }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1-a', ...metadata },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
});

/** The path below `/admission/` that the API server wanted to call. `none`: it called no webhook. */
async function calledPath(namespace: string, args: readonly string[], object?: object): Promise<string> {
  const { exitCode, stderr } = await useCluster().kubectl(
    ['-n', namespace, ...args, '--dry-run=server'],
    object && { input: JSON.stringify(object) },
  );
  if (exitCode === 0) return 'none';
  const path = /failed calling webhook .*:\d+\/admission\/([a-z/]+)/.exec(stderr)?.[1];
  if (path === undefined) throw new Error(stderr);
  return path;
}
const pathIn = (namespace: string, object: object) => calledPath(namespace, ['create', '-f', '-'], object);
const pathFor = (name: Name, object: object) => pathIn(namespaceOf(name), object);

describe('the API server calls lockstep for pods', () => {
  const said = (...ownerReferences: object[]) => ({ annotations: PINNED, ownerReferences });

  test.each<[string, object]>([
    ['without annotations and owners', {}],
    ['of a ReplicaSet that is not pinned', { ownerReferences: [REPLICA_SET] }],
    [
      'with other annotations',
      { annotations: { 'lockstep.dev/config-hash': 'v1:x' }, ownerReferences: [REPLICA_SET] },
    ],
    [
      'in which no source is pinned',
      { annotations: { 'lockstep.dev/pinned': '' }, ownerReferences: [REPLICA_SET] },
    ],
    ['without an owner', { annotations: PINNED }],
    ['of another owner', said(owner('Job', true))],
    ['that a ReplicaSet owns but does not control', said(owner('ReplicaSet'), owner('Job', true))],
  ])('never for those %s', async (_, metadata) => {
    expect(await pathFor('no label', pod(metadata))).toBe('none');
  });

  test('of pinned ReplicaSets, whatever other owners they have', async () => {
    expect(await pathFor('no label', pod())).toBe('pod');
    expect(await pathFor('no label', pod(said(owner('Job', false), REPLICA_SET)))).toBe('pod');
  });

  test.each<[Name, string]>([
    ['pin: enabled', 'pod'],
    ['pin: disabled', 'pod'],
    ['on-error: deny', 'pod/deny'],
    ['both: deny and pin', 'pod/deny'],
    // Otherwise some pods of a ReplicaSet would read the live configuration, and others the copies.
    ['inject: disabled', 'pod'],
  ])('in a namespace with any label: %s', async (name, path) => {
    expect(await pathFor(name, pod())).toBe(path);
  });

  test('but not in kube-system and in lockstep’s own namespace', async () => {
    for (const namespace of ['kube-system', NAME]) expect(await pathIn(namespace, pod())).toBe('none');
  });
});

describe('the API server calls lockstep for pods of Jobs', () => {
  const ofJob = (apiVersion: string, controller?: boolean) =>
    pod({ ownerReferences: [{ ...owner('Job', controller), apiVersion }] });

  test.each<[Name, string]>([
    ['no label', 'job'],
    ['pin: enabled', 'job/pin'],
    ['pin: disabled', 'job'],
    ['on-error: deny', 'job/deny'],
    ['both: deny and pin', 'job/deny/pin'],
    ['inject: disabled', 'none'],
  ])('and the path tells whether the namespace asks for pin: %s', async (name, path) => {
    expect(await pathFor(name, ofJob('batch/v1', true))).toBe(path);
  });

  test('but not of other kinds of that name, and not of pods that a Job only owns', async () => {
    expect(await pathFor('no label', ofJob('batch.volcano.sh/v1alpha1', true))).toBe('none');
    expect(await pathFor('no label', ofJob('batch/v1'))).toBe('none');
  });
});

describe('the API server calls lockstep for Deployments', () => {
  const other = Object.assign(web(), { metadata: { name: 'other' } });

  test.each<[Name, string]>([
    ['no label', ''],
    ['pin: enabled', '/pin'],
    ['pin: disabled', ''],
    ['on-error: deny', '/deny'],
    ['both: deny and pin', '/deny/pin'],
  ])('and the path tells whether the namespace asks for pin: %s', async (name, path) => {
    const scale = ['scale', 'deployment/web', '--replicas=9'];

    expect(await pathFor(name, other)).toBe(`template${path}`);
    expect(await calledPath(namespaceOf(name), scale)).toBe(`scale${path}`);
  });

  test('never in a namespace that excludes lockstep, with or without pin', async () => {
    expect(await pathFor('inject: disabled', other)).toBe('none');
  });
});
