import { beforeAll } from 'vitest';
import type { ClusterClient } from '../cluster/client.ts';
import { eventually } from '../cluster/eventually.ts';
import { sandbox } from '../e2e/sandbox.ts';
import { install } from './install.ts';
import { app } from './manifests.ts';

/** lockstep installed before the tests of a file, as it comes; it stays for the next file. */
export function useInstalled(cluster: () => ClusterClient): void {
  beforeAll(async () => {
    await install(cluster());
    await called(cluster());
  });
}

/** Waits until the API server calls lockstep through its Service: a dry run comes back with the mark. */
export async function called(cluster: ClusterClient): Promise<void> {
  const box = await sandbox(cluster);
  const manifest = JSON.stringify(app());
  await eventually(
    async () => {
      const { stdout } = await box.kubectl(['create', '--dry-run=server', '-o', 'yaml', '-f', '-'], manifest);
      return stdout.includes('lockstep.dev/config-hash');
    },
    { what: 'the API server calling lockstep through its Service' },
  );
  await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
}
