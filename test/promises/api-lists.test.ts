import { Type } from 'typebox';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type ApiClient, apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { pageDecoder, pages } from '../../src/api/pages.ts';
import { METADATA_LIST } from '../../src/api/request.ts';
import { someItem } from '../../src/cluster/items.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { type FaultyAnswer, type HttpFaults, startHttpFaults } from './http-faults.ts';

const cluster = useCluster();
const decode = pageDecoder(Type.Object({ metadata: Type.Object({ name: Type.String() }) }), 'ConfigMaps');
/** Pages with so many items are too large. Their names are not. */
const tooLargeFrom = (items: number): FaultyAnswer => ({
  status: 200,
  body: 'endless',
  answers: (path) => !path.includes('includeObject') && Number(/limit=(\d+)/.exec(path)?.[1]) >= items,
});
const EXPIRED = { status: 410 } as const;

let box: Sandbox;
let faults: HttpFaults;
let reader: ApiClient;

beforeAll(async () => {
  box = await sandbox(cluster, {}, DEPLOYMENT, true);
  await box.kubectl(['create', 'serviceaccount', 'reader']);
  const rights = ['--clusterrole=view', `--serviceaccount=${box.namespace}:reader`];
  await box.kubectl(['create', 'rolebinding', 'reader', ...rights]);
  await box.apply(...['a', 'b', 'c', 'd'].map((name) => configMap({}, name)));
});
beforeEach(async () => {
  faults = await startHttpFaults(cluster);
  const kubeconfig = await cluster.kubeconfigFor({ namespace: box.namespace, name: 'reader' }, faults);
  reader = apiClient(credentialSource(loadKubeConfig(kubeconfig, {})), { observeApiCall: () => undefined });
});
afterEach(async () => {
  await reader.close();
  await faults.stop();
});

/** Lists the ConfigMaps of the test: kube-root-ca.crt belongs to the API server. */
async function list(
  size: number,
  onPage: (names: readonly string[]) => void,
  onSkipped?: (error: Error) => void,
) {
  const path = `/api/v1/namespaces/${box.namespace}/configmaps?labelSelector=${encodeURIComponent('!none')}`;
  const request = { resource: 'configmaps', path, signal: AbortSignal.timeout(20_000) };
  for await (const page of pages(reader, request, { size, decode, ...(onSkipped && { onSkipped }) })) {
    const names = page.map(({ metadata }) => metadata.name).filter((name) => name.length === 1);
    if (names.length > 0) onPage(names);
  }
}

const tooLarge = (name: string) =>
  `${name} of configmaps in namespace ${box.namespace} takes more than 10 MiB: make it smaller`;

describe('a list', () => {
  test.each([
    ['whole objects', {}],
    ['metadata alone', { accept: METADATA_LIST }],
  ])('of %s that is empty has no items', async (_, accept) => {
    const path = `/api/v1/namespaces/${box.namespace}/configmaps?labelSelector=nobody%3Dhas-this`;
    const request = { resource: 'configmaps', path, signal: AbortSignal.timeout(20_000), ...accept };
    const found: unknown[] = [];
    for await (const page of pages(reader, request, { size: 4, decode })) found.push(...page);
    expect(found).toEqual([]);
  });

  test('with an expired continue token begins again', async () => {
    const names: string[] = [];
    await list(1, (page) => {
      names.push(...page);
      if (names.length === 2) faults.answer(EXPIRED, 1);
    });
    expect(names).toEqual(['a', 'b', 'a', 'b', 'c', 'd']);
  });

  test('whose continue tokens always expire is an error', async () => {
    await expect(list(1, () => faults.answer(EXPIRED, 1))).rejects.toThrow(
      'the API server forgets its list of configmaps faster than it sends it',
    );
  });

  test('is read in smaller pages where a page is too large, and then in larger ones again', async () => {
    const seen: string[][] = [];
    faults.answer(tooLargeFrom(2));
    await list(4, (page) => {
      seen.push([...page]);
      faults.heal();
    });
    expect(seen).toEqual([['a'], ['b', 'c'], ['d']]);
    const limits = faults.seen.map((each) => /limit=(\d+)/.exec(each)?.[1]);
    // A slow page is asked for twice.
    expect(limits.filter((limit, index) => limit !== limits[index - 1])).toEqual(['4', '2', '1', '2', '4']);
  });

  test('skips an object that alone is too large, and reports its name', async () => {
    const [names, skipped]: [string[], string[]] = [[], []];
    await list(
      1,
      (page) => {
        names.push(...page);
        if (page.includes('a')) faults.answer(tooLargeFrom(1));
      },
      (error) => {
        skipped.push(error.message);
        faults.heal();
      },
    );
    expect(names).toEqual(['a', 'c', 'd']);
    expect(skipped).toEqual([tooLarge('b')]);
  });

  test('fails at such an object if its caller acts on what is missing', async () => {
    faults.answer(tooLargeFrom(1));
    await expect(list(1, () => undefined)).rejects.toMatchObject({
      code: 'API_UNEXPECTED',
      message: tooLarge('a'),
    });
  });
});

describe('a search in a list', () => {
  const search = (name: string, most: number) => {
    const path = `/api/v1/namespaces/${box.namespace}/configmaps?labelSelector=${encodeURIComponent('!none')}`;
    const request = { resource: 'configmaps', path, signal: AbortSignal.timeout(20_000) };
    return someItem(reader, request, { size: 2, most, decode }, ({ metadata }) => metadata.name === name);
  };
  const pagesRead = () => new Set(faults.seen.filter((path) => path.includes('limit='))).size;

  test('ends with the first page that has what it seeks', async () => {
    expect(await search('a', 100)).toBe('some');
    expect(pagesRead()).toBe(1);
  });

  test('says that there is none only if it has seen all', async () => {
    // a, b, c, d, and kube-root-ca.crt of the API server.
    expect(await search('e', 5)).toBe('none');
    expect(await search('e', 4)).toBe('unknown');
    expect(await search('d', 2)).toBe('some');
    expect(await search('d', 1)).toBe('unknown');
  });
});
