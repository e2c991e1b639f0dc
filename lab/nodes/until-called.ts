import { CONFIG_HASH } from '../../src/marks/names.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import { configMap } from '../lockstep/manifests.ts';
import { PIN } from '../lockstep/pinned.ts';
import { sandbox } from '../lockstep/sandbox.ts';
import { app } from './app-manifests.ts';

/** Waits until the API server calls lockstep through its Service: a dry run returns with the mark. */
export async function untilCalled(cluster: ClusterClient, mark: string = CONFIG_HASH): Promise<void> {
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
