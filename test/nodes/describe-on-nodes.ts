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
 * `describe` for what needs real nodes. Where there can be none, it is skipped, with the reason in its name; in CI it fails.
 * @param body is given how tests and hooks get at them
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
    // The first test of a run waits for two programs to be built, where they are not cached, for the image and for the boot.
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

// Both ends are this folder's code, over a socket that nobody else holds: the rim where the answer gets its type.
const asBooted = (answer: unknown): BootedNodes => answer as BootedNodes;

function never(reason: string): never {
  throw new Error(`no real nodes: ${reason}`);
}
