import { beforeAll } from 'vitest';
import { CONFIG_HASH, PINNED } from '../../src/marks/names.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import { configMap, list, secret } from '../lockstep/manifests.ts';
import { PIN } from '../lockstep/pinned.ts';
import { sandbox } from '../lockstep/sandbox.ts';
import { install, NAMESPACE, type Values } from './install.ts';
import { app } from './manifests.ts';

/** lockstep installed before the tests of a file, as it comes; it stays for the next file. */
export function useInstalled(cluster: () => ClusterClient): void {
  beforeAll(async () => {
    await install(cluster());
    await called(cluster());
  });
}

/** The same with pin, and with Secrets. */
export function usePinInstalled(cluster: () => ClusterClient): void {
  beforeAll(async () => {
    await keys(cluster());
    await install(cluster(), PINNING);
    await noneLeaving(cluster());
    await called(cluster(), PINNED);
  });
}

const KEYS = 'keys';
const PINNING: Values = {
  'pin.enabled': 'true',
  'secrets.enabled': 'true',
  'secrets.keySecretName': KEYS,
};

async function keys(cluster: ClusterClient): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  const secretOf = { ...secret({ keys: 'k'.repeat(32) }, KEYS) };
  await cluster.kubectlOk(['apply', '--namespace', NAMESPACE, '-f', '-'], {
    input: list(namespace, secretOf),
  });
}

/** Waits for the replicas before these: as long as one answers, some calls are not answered as the values say. */
async function noneLeaving(cluster: ClusterClient): Promise<void> {
  const path = 'jsonpath={.items[*].metadata.deletionTimestamp}';
  const get = ['get', 'pods', '--namespace', NAMESPACE, '-o', path];
  await eventually(async () => (await cluster.kubectlOk(get)).stdout === '', {
    what: 'the end of the replicas before',
  });
}

/** Waits until the API server calls lockstep through its Service: a dry run comes back with the mark. */
export async function called(cluster: ClusterClient, mark: string = CONFIG_HASH): Promise<void> {
  const box = await sandbox(cluster);
  await box.apply(configMap({ a: '1' }));
  const manifest = JSON.stringify(app({ labels: PIN }));
  await eventually(
    async () => {
      const { stdout } = await box.kubectl(['create', '--dry-run=server', '-o', 'yaml', '-f', '-'], manifest);
      return stdout.includes(mark);
    },
    { what: 'the API server calling lockstep through its Service' },
  );
  await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
}
