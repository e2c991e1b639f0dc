/**
 * `npm run cluster`: runs a control plane to try things with, until Ctrl-C. With `-- --real-nodes`, its two
 * nodes run containers (Linux, root). The npm script says `exec`. Without it, Ctrl-C would end the shell in
 * between, and npm with it, before the cleanup is complete.
 */
import { delimiter, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cluster, startCluster } from './cluster.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not `once`: npm passes on a Ctrl-C that the terminal has already sent to this process.
  process.on(signal, () => interrupt.abort());
}

async function start(): Promise<Cluster> {
  const { values } = parseArgs({ options: { 'real-nodes': { type: 'boolean' } } });
  const { signal } = interrupt;
  if (values['real-nodes'] !== true) return startCluster({ signal });
  const { startNodeCluster } = await import('../nodes/node-cluster.ts');
  const { APP_IMAGE, appImages } = await import('../nodes/app-images.ts');
  const cluster = await startNodeCluster({ images: await appImages(), signal });
  console.log(`# an image to try things with, imagePullPolicy: Never: ${APP_IMAGE}`);
  return cluster;
}

function describe({ kubeconfig, dir, programs }: Cluster): string {
  const folders = new Set([dirname(programs.kubectl), dirname(programs.helm)]);
  return [
    `export KUBECONFIG=${kubeconfig}`,
    `export PATH=${[...folders].join(delimiter)}${delimiter}$PATH  # kubectl, helm`,
    `# logs and the audit log: ${dir}`,
    '# Ctrl-C ends the cluster and removes all of it.',
  ].join('\n');
}

try {
  const cluster = await start();
  console.log(describe(cluster));
  await cluster.failure;
} catch (error) {
  if (!interrupt.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
