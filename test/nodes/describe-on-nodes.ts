import { beforeAll, describe, inject } from 'vitest';
import { type ClusterClient, clusterClient } from '../../lab/control-plane/client.ts';
import type { RealNode } from '../../lab/nodes/node-cluster.ts';
import { askAt, BOOT_MS } from '../kit/door.ts';
import type { BootedNodes } from './global-setup.ts';

/** A client of the control plane that the test run has booted, and its nodes (see global-setup.ts). */
export interface Nodes {
  readonly cluster: ClusterClient;
  readonly nodes: readonly RealNode[];
}

/**
 * `describe` for tests that need real nodes. If there are none, it skips them, with the reason in its name.
 * In CI it fails.
 * @param body receives a function that returns the nodes, for tests and hooks
 */
export function describeOnNodes(name: string, body: (use: () => Nodes) => void): void {
  const provided = inject('nodes');
  if (provided.kind === 'on demand') describe(name, () => onDemand(provided.socket, body));
  else if (process.env['CI']) describe(name, () => without(provided.lacks, body));
  else describe.skip(`${name} (skipped: ${provided.lacks.join('; ')})`, () => without(provided.lacks, body));
}

function onDemand(socket: string, body: (use: () => Nodes) => void): void {
  let nodes: Nodes | undefined;
  beforeAll(async () => {
    // The first test of a run waits for the image, the boot, and the build of two programs that may not be in
    // the cache.
    nodes = await askFor(socket);
  }, BOOT_MS);
  body(() => nodes ?? never('not booted yet'));
}

function without(lacks: readonly string[], body: (use: () => Nodes) => void): void {
  const fail = () => never(lacks.join('; '));
  beforeAll(fail);
  body(fail);
}

async function askFor(socket: string): Promise<Nodes> {
  const { cluster, nodes } = asBooted(await askAt(socket, '/'));
  return { cluster: clusterClient(cluster), nodes };
}

// Both ends are code of this folder, and no other process has the socket. So the answer gets its type here.
const asBooted = (answer: unknown): BootedNodes => answer as BootedNodes;

function never(reason: string): never {
  throw new Error(`no real nodes: ${reason}`);
}
