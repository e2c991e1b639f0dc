import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { orFailure } from '../control-plane/control-plane.ts';
import { eventually } from '../control-plane/eventually.ts';
import type { Keeper } from '../keeper/keeper.ts';
import { NETWORKS, type Network, networkOf, PREFIX, routesOf } from './network.ts';

/** The network that connects the nodes. */
export interface Fabric {
  readonly network: Network;
  /** Its network namespace. */
  readonly netns: string;
}

export const script = (name: string): string => join(import.meta.dirname, 'namespaces', name);

/** Creates the host's link to the nodes, in a network that is not in use. It is removed with the keeper. */
export async function startFabric(keeper: Keeper): Promise<Fabric> {
  const network = freeNetwork();
  const ready = join(keeper.dir, 'fabric.ready');
  keeper.start({
    name: 'fabric',
    command: script('fabric.sh'),
    args: [network.link, `${network.host}/${PREFIX}`, ready, ...routesOf(network)],
  });
  return { network, netns: `/proc/${await readyPid(keeper, ready)}/ns/net` };
}

/**
 * Two runs that start at the same moment may find the same network. Then the link of the later one cannot be
 * created, and that run fails with an error.
 */
function freeNetwork(): Network {
  const taken = networkInterfaces();
  const start = process.pid % NETWORKS;
  for (let step = 0; step < NETWORKS; step += 1) {
    const network = networkOf((start + step) % NETWORKS);
    if (taken[network.link] === undefined) return network;
  }
  throw new Error(`all ${NETWORKS} networks are in use`);
}

/** Waits until a script has created its namespaces. Resolves with the script's process id. */
export const readyPid = (keeper: Keeper, file: string): Promise<number> =>
  orFailure(keeper, (signal) =>
    eventually(async () => Number(await readFile(file, 'utf8')), { what: file, signal, intervalMs: 20 }),
  );
