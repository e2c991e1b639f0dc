import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import type { ApiRequest } from '../../src/api/request.ts';
import { allCopies } from '../../src/cluster/all-copies.ts';
import { templateAnnotations } from '../../src/cluster/templates.ts';
import type { SourceKind } from '../../src/references/sources.ts';
import type { Copy } from '../../src/sweep/ports.ts';
import { sweep } from '../../src/sweep/round.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { leftover, namespaceOf, ownersOf, pinnedWeb } from './unowned-copies.ts';

const cluster = useCluster();
let client: ApiClient;
let box: Sandbox;
beforeAll(async () => {
  client = apiClient(credentialSource(loadKubeConfig(cluster.kubeconfig, {})), {
    observeApiCall: () => undefined,
  });
});
afterAll(() => client.close());

/** Sweeps twice, without a grace. The first round only notes the leftovers. */
async function sweepTwice(
  between: (request: ApiRequest) => Promise<void> = async () => undefined,
  kinds: readonly SourceKind[] = ['configmap'],
): Promise<{ swept: readonly string[]; failed: readonly string[] }> {
  const [swept, failed]: [string[], string[]] = [[], []];
  const interrupted: ApiClient = {
    ...client,
    async request(request) {
      await between(request);
      return client.request(request);
    },
  };
  const deps = {
    copies: allCopies(interrupted),
    templates: (namespace: string, signal: AbortSignal) =>
      templateAnnotations(interrupted, namespace, signal),
    kinds,
    graceMs: 0,
  };
  const events = {
    onResult: (result: string, { namespace, kind, name }: Copy) => {
      if (namespace === box.namespace) swept.push(`${result} ${kind}/${name.split('-lockstep-')[0]}`);
    },
    onError: (error: unknown) => failed.push(String(error)),
  };
  const { signal } = new AbortController();
  const found = await sweep(deps, events, new Set(), signal);
  expect(swept).toEqual([]);
  await sweep(deps, events, found, signal);
  return { swept, failed };
}

describe('a sweep', () => {
  test('deletes no copy that was used after the list', async () => {
    box = await sandbox(cluster);
    await box.apply(leftover('used'), leftover('unused'));
    const used = leftover('used').metadata.name;
    const { swept, failed } = await sweepTwice(async ({ verb }) => {
      if (verb !== 'delete') return;
      const usedAt = `lockstep.dev/used-at=${new Date().toISOString()}`;
      await box.kubectl(['annotate', '--overwrite', 'configmap', used, usedAt]);
    });
    expect({ swept, failed }).toEqual({ swept: ['deleted configmap/unused'], failed: [] });
    expect(await ownersOf(box, 'used')).toEqual([]);
  });

  test('ends no reservation that was made after the list', async () => {
    box = await sandbox(cluster);
    await box.apply(pinnedWeb({ replicas: 0 }));
    await box.untilRolledOut();
    const namespace = await namespaceOf(box);
    const { name } = leftover('app').metadata;
    await box.apply(leftover('app', { ownerReferences: [namespace] }));
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

  test('deletes no copy of a Deployment that is created during the sweep', async () => {
    box = await sandbox(cluster);
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
    const blind = await sandbox(cluster);
    box = await sandbox(cluster);
    await blind.apply(leftover('app'));
    await box.apply(leftover('app'));
    const { swept, failed } = await sweepTwice(async ({ resource, path }) => {
      if (resource === 'replicasets' && path.includes(`/${blind.namespace}/`)) throw new Error('no list');
    });
    expect({ swept, failed }).toEqual({ swept: ['deleted configmap/app'], failed: ['Error: no list'] });
    expect(await ownersOf(blind, 'app')).toEqual([]);
  });

  test('lists Secrets only if Secrets are copied', async () => {
    box = await sandbox(cluster);
    await box.apply(leftover('db', {}, 'Secret'));
    expect((await sweepTwice()).swept).toEqual([]);
    expect((await sweepTwice(undefined, ['configmap', 'secret'])).swept).toEqual(['deleted secret/db']);
  });

  test('finds all copies over any number of pages and templates', async () => {
    box = await sandbox(cluster);
    const many = Array.from({ length: 501 }, (_, n) => `many-${String(n).padStart(3, '0')}`);
    await box.apply(...many.map((name) => leftover(name)));
    await box.apply(leftover('app'), pinnedWeb({ paused: true }));
    const deleted = many.map((name) => `deleted configmap/${name}`);
    expect((await sweepTwice()).swept).toEqual(['assigned configmap/app', ...deleted]);
    // And nothing is left to do.
    expect((await sweepTwice()).swept).toEqual([]);
  });
});
