import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import type { ApiRequest } from '../../src/api/request.ts';
import { allCopies } from '../../src/cluster/all-copies.ts';
import { templateAnnotations } from '../../src/cluster/templates.ts';
import { isOfKindOff } from '../../src/policy/kinds-on.ts';
import type { NamespaceScope } from '../../src/policy/scope.ts';
import type { SourceKind } from '../../src/references/sources.ts';
import type { Copy } from '../../src/sweep/ports.ts';
import { NOTHING_REMEMBERED, sweep } from '../../src/sweep/round.ts';
import { WORKLOAD_KINDS, type WorkloadKinds } from '../../src/workloads/kinds.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { deploymentOf } from './policy-acts.ts';
import { leftoversIn, namespaceOf, ownerless, ownersOf, pinnedWeb } from './unowned-copies.ts';

const cluster = useCluster();
let client: ApiClient;
let box: Sandbox;
beforeAll(async () => {
  client = apiClient(credentialSource(loadKubeConfig(cluster.kubeconfig, {})), {
    observeApiCall: () => undefined,
  });
});
afterAll(() => client.close());

const EVERYWHERE: NamespaceScope = { excluded: [], only: [] };

/** The API server's clock is known to less than a second. */
const NO_GRACE_MS = -1_000;

/** Sweeps twice, or more often, by default without a grace. The first round only notes the leftovers. */
async function sweepTwice(
  between: (request: ApiRequest) => Promise<void> = async () => undefined,
  kinds: readonly SourceKind[] = ['configmap'],
  rounds = 2,
  scope = EVERYWHERE,
  graceMs = NO_GRACE_MS,
  ask: ApiClient['request'] = client.request,
  workloads: WorkloadKinds = WORKLOAD_KINDS,
  isObserving = false,
): Promise<{ swept: readonly string[]; failed: readonly string[]; foreign: readonly string[] }> {
  const [swept, failed, foreign]: [string[], string[], string[]] = [[], [], []];
  const interrupted: ApiClient = {
    ...client,
    async request(request) {
      await between(request);
      return ask(request);
    },
  };
  const deps = {
    copies: allCopies(interrupted),
    templates: (namespace: string, signal: AbortSignal) =>
      templateAnnotations(interrupted, workloads, namespace, signal),
    observes: async () => isObserving,
    isUnlisted: (owner: { apiVersion: string; kind: string }) => isOfKindOff(workloads, owner),
    kinds,
    scope,
    graceMs,
    clock: client.clock,
  };
  const events = {
    onForeign: ({ namespace, kind, name }: Copy, why: string) => {
      if (namespace === box.namespace) foreign.push(`${kind}/${name.split('-lockstep-')[0]} ${why}`);
    },
    onResult: (result: string, { namespace, kind, name }: Copy) => {
      if (namespace === box.namespace) swept.push(`${result} ${kind}/${name.split('-lockstep-')[0]}`);
    },
    onObserved: (would: string, { namespace, kind, name }: Copy) => {
      if (namespace === box.namespace) swept.push(`would ${would} ${kind}/${name.split('-lockstep-')[0]}`);
    },
    onError: (error: unknown) => failed.push(String(error)),
  };
  const { signal } = new AbortController();
  let found = await sweep(deps, events, NOTHING_REMEMBERED, signal);
  expect(swept).toEqual([]);
  for (let round = 2; round <= rounds; round += 1) found = await sweep(deps, events, found, signal);
  return { swept, failed, foreign };
}

describe('a sweep', () => {
  test('deletes no copy that was used after the list', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    const leftover = await leftoversIn(box);
    await box.apply(leftover('used'), leftover('unused'));
    const used = leftover('used').metadata.name;
    const { swept, failed } = await sweepTwice(async ({ verb }) => {
      if (verb !== 'delete') return;
      const usedAt = `lockstep.dev/used-at=${new Date().toISOString()}`;
      await box.kubectl(['annotate', '--overwrite', 'configmap', used, usedAt]);
    });
    expect({ swept, failed }).toEqual({ swept: ['deleted configmap/unused'], failed: [] });
    expect(await ownersOf(box, 'used')).toHaveLength(1);
  });

  test('changes and deletes nothing where lockstep only observes, and tells of each copy once', async () => {
    box = await sandbox(cluster);
    const leftover = await leftoversIn(box);
    await box.apply(leftover('unused'));
    const observed = await sweepTwice(
      undefined,
      ['configmap'],
      4,
      EVERYWHERE,
      NO_GRACE_MS,
      client.request,
      WORKLOAD_KINDS,
      true,
    );
    expect(observed).toEqual({ swept: ['would delete configmap/unused'], failed: [], foreign: [] });
    expect((await sweepTwice()).swept).toEqual(['deleted configmap/unused']);
  });

  test('leaves what workloads of a kind reserve that is off, and asks for none of them', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    const leftover = await leftoversIn(box);
    await box.apply(web({ replicas: 0 }));
    await box.apply(leftover('reserved', { ownerReferences: [await deploymentOf(box)] }), leftover('unused'));
    const asked: string[] = [];
    const note = async ({ resource }: ApiRequest) => void asked.push(resource);
    const off = await sweepTwice(note, ['configmap'], 2, EVERYWHERE, NO_GRACE_MS, client.request, []);
    expect(off).toEqual({ swept: ['deleted configmap/unused'], failed: [], foreign: [] });
    expect(new Set(asked)).toEqual(new Set(['configmaps']));
    expect((await sweepTwice()).swept).toEqual(['deleted configmap/reserved']);
  });

  test('deletes no copy that was made just now, although its own clock is a day ahead', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 86_400_000);
      await box.apply((await leftoversIn(box))('app'));
      const { swept, failed } = await sweepTwice(undefined, ['configmap'], 2, EVERYWHERE, 60_000);
      expect({ swept, failed }).toEqual({ swept: [], failed: [] });
      expect(client.clock.offset()).toBeGreaterThan(86_390_000);
    } finally {
      vi.useRealTimers();
    }
    expect((await sweepTwice()).swept).toEqual(['deleted configmap/app']);
  });

  test('ends no reservation that was made after the list', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    await box.apply(pinnedWeb({ replicas: 0 }));
    await box.untilRolledOut();
    const namespace = await namespaceOf(box);
    const copy = ownerless('app', { ownerReferences: [namespace] });
    const { name } = copy.metadata;
    await box.apply(copy);
    const { swept, failed } = await sweepTwice(async ({ verb, path }) => {
      if (verb !== 'patch' || !path.includes(name)) return;
      const usedAt = `lockstep.dev/used-at=${new Date().toISOString()}`;
      await box.kubectl(['annotate', '--overwrite', 'configmap', name, usedAt]);
    });
    expect({ swept, failed }).toEqual({ swept: [], failed: [] });
    expect(await ownersOf(box, 'app')).toEqual([namespace.uid]);
    expect((await sweepTwice()).swept).toEqual(['assigned configmap/app']);
    expect(await ownersOf(box, 'app')).not.toContain(namespace.uid);
  });

  test('leaves no copy without an owner if Kubernetes takes its ReplicaSet off in the same moment', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    await box.apply(pinnedWeb({ replicas: 0 }));
    await box.untilRolledOut();
    const namespace = await namespaceOf(box);
    const copy = ownerless('app', { ownerReferences: [namespace] });
    await box.apply(copy);
    const { name } = copy.metadata;
    let isTaken = false;
    const ask: ApiClient['request'] = async (request) => {
      const answer = await client.request(request);
      if (isTaken || request.verb !== 'patch' || !request.path.includes(name)) return answer;
      isTaken = true;
      // The reservation has ended. Now the garbage collector writes what it saw before that.
      const own = (await ownersOf(box, 'app'))?.[0];
      const off = { metadata: { ownerReferences: [{ $patch: 'delete', uid: own }] } };
      await box.kubectl(['delete', 'deployment', 'web', '--cascade=orphan']);
      await box.kubectl(['patch', 'configmap', name, '--patch', JSON.stringify(off)]);
      await box.kubectl(['delete', 'replicasets', '--all']);
      return answer;
    };
    const { swept, failed } = await sweepTwice(undefined, ['configmap'], 2, EVERYWHERE, NO_GRACE_MS, ask);
    expect({ isTaken, swept, failed }).toEqual({ isTaken: true, swept: [], failed: [] });
    expect(await ownersOf(box, 'app')).toEqual([namespace.uid]);
    expect((await sweepTwice()).swept).toEqual(['deleted configmap/app']);
  });

  test('deletes no copy of a Deployment that is created during the sweep', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    const leftover = await leftoversIn(box);
    await box.apply(leftover('app'), leftover('unused'));
    let made = false;
    const { swept } = await sweepTwice(async ({ resource, path }) => {
      if (made || resource !== 'replicasets' || !path.includes(box.namespace)) return;
      made = true;
      // Too late for the list of Deployments. Its ReplicaSet is in time for the list of ReplicaSets.
      await box.apply(pinnedWeb({ replicas: 0 }));
      await expect
        .poll(async () => (await box.kubectl(['get', 'replicasets', '-o', 'name'])).stdout)
        .not.toBe('');
    });
    expect(swept).toEqual(['assigned configmap/app', 'deleted configmap/unused']);
  });

  test('keeps all copies of a namespace with unknown templates, and goes on in others', async () => {
    const blind = await sandbox(cluster, {}, DEPLOYMENT, true);
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    for (const each of [blind, box]) await each.apply((await leftoversIn(each))('app'));
    const { swept, failed } = await sweepTwice(async ({ resource, path }) => {
      if (resource === 'replicasets' && path.includes(`/${blind.namespace}/`)) throw new Error('no list');
    });
    expect({ swept, failed }).toEqual({ swept: ['deleted configmap/app'], failed: ['Error: no list'] });
    expect(await ownersOf(blind, 'app')).toHaveLength(1);
  });

  test('goes on for all others if somebody labels objects whose metadata takes more than a page can', async () => {
    const [greedy, other] = [
      await sandbox(cluster, {}, DEPLOYMENT, true),
      await sandbox(cluster, {}, DEPLOYMENT, true),
    ];
    box = other;
    await box.apply((await leftoversIn(box))('app'));
    const note = 'x'.repeat(250 * 1024);
    const path = `/api/v1/namespaces/${greedy.namespace}/configmaps`;
    const labels = { 'lockstep.dev/copy': 'true' };
    const create = async (_: unknown, index: number) => {
      const metadata = { name: `big-${index}`, labels, annotations: { note } };
      await (await cluster.api.open(path, { method: 'POST', body: { metadata } })).dump();
    };
    await Promise.all(Array.from({ length: 60 }, create));
    try {
      const { swept, failed } = await sweepTwice();
      expect({ swept, failed }).toEqual({ swept: ['deleted configmap/app'], failed: [] });
    } finally {
      await greedy.kubectl(['delete', 'configmaps', '--all']);
    }
  });

  test('knows what a Deployment names that does not fit, and keeps the copies of its namespace if it does not', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    const leftover = await leftoversIn(box);
    await box.apply(leftover('app'), leftover('unused'), pinnedWeb({ paused: true }));
    const misfit = (change: (web: { spec: object }) => object) => async (request: ApiRequest) => {
      const answer = await client.request(request);
      if (!request.path.includes(`${box.namespace}/deployments`) || answer.kind !== 'found') return answer;
      const list = structuredClone(Object(answer.body));
      return { ...answer, body: { ...list, items: list.items.map(change) } };
    };
    const sweepWith = async (ask: ApiClient['request']) => {
      const { swept, failed } = await sweepTwice(undefined, ['configmap'], 2, EVERYWHERE, NO_GRACE_MS, ask);
      return { swept, failed };
    };
    const what = `the Deployment ${box.namespace}/web with an unexpected /spec`;
    expect(await sweepWith(misfit((web) => ({ ...web, spec: [] })))).toEqual({
      swept: [],
      failed: [expect.stringContaining(what)],
    });
    const known = misfit((web) => ({ ...web, spec: { ...web.spec, replicas: 'two' } }));
    expect(await sweepWith(known)).toEqual({
      swept: ['assigned configmap/app', 'deleted configmap/unused'],
      failed: [],
    });
  });

  test('lists Secrets only if Secrets are copied', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    await box.apply((await leftoversIn(box))('db', {}, 'Secret'));
    expect((await sweepTwice()).swept).toEqual([]);
    expect((await sweepTwice(undefined, ['configmap', 'secret'])).swept).toEqual(['deleted secret/db']);
  });

  test('finds all copies over any number of pages and templates, at most 500 of a namespace at a time', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    const many = Array.from({ length: 501 }, (_, n) => `many-${String(n).padStart(3, '0')}`);
    const leftover = await leftoversIn(box);
    await box.apply(...many.map((name) => leftover(name)));
    await box.apply(leftover('app'), pinnedWeb({ paused: true }));
    // The next one by name, and so in the list.
    const next = await sandbox(cluster, {}, DEPLOYMENT, true);
    await next.apply((await leftoversIn(next))('app'));
    const deleted = many.map((name) => `deleted configmap/${name}`);
    expect((await sweepTwice()).swept).toEqual(['assigned configmap/app', ...deleted.slice(0, 499)]);
    // The others do not wait for them.
    expect(await ownersOf(next, 'app')).toBeUndefined();
    expect((await sweepTwice()).swept).toEqual(deleted.slice(499));
    // And nothing is left to do.
    expect((await sweepTwice()).swept).toEqual([]);
  });
});

describe('Invariant 7, checked, not believed: a sweep', () => {
  const OTHER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'backup', uid: 'none' };
  const labelled = (name: string, changed: object = {}) => ({
    ...configMap({ a: 'good' }, name),
    metadata: { name, labels: { 'lockstep.dev/copy': 'true' }, ...changed },
  });

  test('leaves what only looks like a copy, and reports each object once', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    const namespace = await namespaceOf(box);
    await box.apply(configMap({}, 'backup'));
    const { stdout: uid } = await box.kubectl(['get', 'configmap/backup', '-o', 'jsonpath={.metadata.uid}']);
    const objects = [
      labelled('app-backup'),
      ownerless('clone', { name: 'clone-keep', ownerReferences: [namespace] }),
      ownerless('owned', { ownerReferences: [{ ...OTHER, uid }, namespace] }),
      ownerless('restored'),
    ];
    await box.apply(...objects);
    const before = await box.read('configmaps');
    const { swept, failed, foreign } = await sweepTwice();
    expect({ swept, failed }).toEqual({ swept: [], failed: [] });
    expect(foreign).toEqual([
      'configmap/app-backup no-note',
      'configmap/clone-keep other-name',
      'configmap/owned other-owner',
      'configmap/restored no-owner',
    ]);
    expect(await box.read('configmaps')).toMatchObject({ items: Reflect.get(Object(before), 'items') });
  });

  test('does not look for the templates of a namespace again because of a copy that it has left', async () => {
    box = await sandbox(cluster, {}, DEPLOYMENT, true);
    await box.apply(ownerless('restored'));
    const looked: string[] = [];
    const { foreign } = await sweepTwice(
      async ({ resource, path }) => {
        if (resource === 'deployments' && path.includes(box.namespace)) looked.push(path);
      },
      ['configmap'],
      4,
    );
    expect(foreign).toEqual(['configmap/restored no-owner']);
    expect(looked).toHaveLength(1);
  });
});
