import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { pageDecoder, pages } from '../../src/api/pages.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { startHttpFaults } from './http-faults.ts';

const cluster = useCluster();

test('a list with an expired continue token begins again', async () => {
  const box = await sandbox(cluster);
  await box.kubectl(['create', 'serviceaccount', 'reader']);
  await box.kubectl([
    'create',
    'rolebinding',
    'reader',
    '--clusterrole=view',
    `--serviceaccount=${box.namespace}:reader`,
  ]);
  await box.apply(...['a', 'b', 'c'].map((name) => configMap({}, name)));
  const faults = await startHttpFaults(cluster);
  const kubeconfig = await cluster.kubeconfigFor({ namespace: box.namespace, name: 'reader' }, faults);
  const reader = apiClient(credentialSource(loadKubeConfig(kubeconfig, {})), {
    observeApiCall: () => undefined,
  });
  const decode = pageDecoder(Type.Object({ metadata: Type.Object({ name: Type.String() }) }), 'ConfigMaps');
  const path = `/api/v1/namespaces/${box.namespace}/configmaps?labelSelector=${encodeURIComponent('!none')}`;
  const request = { resource: 'configmaps', path, signal: AbortSignal.timeout(20_000) };
  const names: string[] = [];
  for await (const page of pages(reader, request, 1, decode)) {
    names.push(...page.map(({ metadata }) => metadata.name));
    if (names.length === 2) faults.answer({ status: 410 }, 1);
  }
  // kube-root-ca.crt belongs to the API server.
  expect(names.filter((name) => name.length === 1)).toEqual(['a', 'b', 'a', 'b', 'c']);
  await reader.close();
  await faults.stop();
});
