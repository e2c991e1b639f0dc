import { beforeAll } from 'vitest';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { list, secret } from '../../lab/lockstep/manifests.ts';
import { install, NAMESPACE, type Values } from '../../lab/nodes/install.ts';
import { untilCalled } from '../../lab/nodes/until-called.ts';
import { PINNED } from '../../src/marks/names.ts';

/** Installs lockstep with its defaults before the tests of a file. It stays for the next file. */
export function useInstalled(cluster: () => ClusterClient): void {
  beforeAll(async () => {
    await install(cluster());
    await untilCalled(cluster());
  });
}

/**
 * The same with pin, with Secrets, and with rollouts after edits. Only workloads that ask for these have them: `rollOn` is
 * what it is without `edit.enabled`.
 */
export function usePinInstalled(cluster: () => ClusterClient): void {
  beforeAll(async () => {
    await keys(cluster());
    await install(cluster(), PINNING);
    await untilNoneLeaving(cluster());
    await untilCalled(cluster(), PINNED);
  });
}

const KEYS = 'keys';
const PINNING: Values = {
  'pin.enabled': 'true',
  'secrets.enabled': 'true',
  'secrets.keySecretName': KEYS,
  'edit.enabled': 'true',
  'edit.rest': '0s',
  'edit.patience': '3s',
  'edit.secretsEvery': '2s',
  rollOn: '{create,update,scale,node}',
};

async function keys(cluster: ClusterClient): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  const secretOf = { ...secret({ keys: 'k'.repeat(32) }, KEYS) };
  await cluster.kubectlOk(['apply', '--namespace', NAMESPACE, '-f', '-'], {
    input: list(namespace, secretOf),
  });
}

/**
 * Waits until the previous replicas are gone. While one of them answers, some calls are not answered by the
 * new values.
 */
async function untilNoneLeaving(cluster: ClusterClient): Promise<void> {
  const path = 'jsonpath={.items[*].metadata.deletionTimestamp}';
  const get = ['get', 'pods', '--namespace', NAMESPACE, '-o', path];
  await eventually(async () => (await cluster.kubectlOk(get)).stdout === '', {
    what: 'the end of the replicas before',
  });
}
