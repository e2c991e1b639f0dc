/**
 * `npm run cluster`: a control plane to play with, until Ctrl-C.
 * The npm script says `exec`: else Ctrl-C would end the shell in between, and npm with it, before all is cleaned up.
 */
import { delimiter, dirname } from 'node:path';
import { type Cluster, startCluster } from './cluster.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not once: npm passes on a Ctrl-C that the terminal has sent here already.
  process.on(signal, () => interrupt.abort());
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
  const cluster = await startCluster({ signal: interrupt.signal });
  console.log(describe(cluster));
  await cluster.failure;
} catch (error) {
  if (!interrupt.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
