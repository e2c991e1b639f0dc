import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type ClusterData, dataOf } from '../../lab/control-plane/client.ts';
import { openKeeper } from '../../lab/keeper/keeper.ts';
import type { NodeCluster, RealNode } from '../../lab/nodes/node-cluster.ts';
import { missing } from '../../lab/nodes/prerequisites.ts';
import { startNodesWithLockstep } from '../../lab/nodes/with-lockstep.ts';

/** Where the tests of the project get their nodes; or why they do not run. */
export type Provided =
  | { readonly kind: 'on demand'; readonly socket: string }
  | { readonly kind: 'missing'; readonly lacks: readonly string[] };

/** What is answered on the socket, as JSON. */
export interface Booted {
  readonly cluster: ClusterData;
  readonly nodes: readonly RealNode[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    nodes: Provided;
  }
}

/**
 * One control plane with two real nodes for a whole run of the project's tests, lockstep's image on them. Booted when the
 * first test asks for it: Vitest sets all projects up at the start, and this one's turn comes last. Where the machine cannot
 * have nodes, it says so here, and `describeOnNodes` skips the tests, or fails them in CI.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const lacks = await missing();
  if (lacks.length > 0) {
    console.error(`\nTHE TESTS ON REAL NODES DO NOT RUN:\n${lacks.map((lack) => `  ${lack}\n`).join('')}`);
    project.provide('nodes', { kind: 'missing', lacks });
    return async () => undefined;
  }
  // Nobody but this user gets into its folder, and the folder goes with this process.
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-nodes-'));
  const socket = join(keeper.dir, 'nodes.sock');
  const door = await openDoor(socket);
  project.provide('nodes', { kind: 'on demand', socket });
  return async () => {
    await door.close();
    await keeper.stop();
  };
}

/** Answers whoever asks on the socket with what has been booted, and boots it first for the first. */
async function openDoor(socket: string): Promise<{ close(): Promise<void> }> {
  let booting: Promise<NodeCluster> | undefined;
  let over = false;
  const server = createServer(async (_request, response) => {
    try {
      booting ??= startNodesWithLockstep().then((cluster) => {
        // The tests only see that nobody answers any more; why, is said here.
        cluster.failure.catch((error: Error) => {
          if (!over) console.error(error.message);
        });
        return cluster;
      });
      const cluster = await booting;
      const booted: Booted = { cluster: dataOf(cluster), nodes: cluster.nodes };
      response.end(JSON.stringify(booted));
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(socket, resolve);
  await promise;
  return {
    close: async () => {
      over = true;
      server.close();
      // What could not be booted has been cleaned up by then, and told to the tests.
      const cluster = await booting?.catch(() => undefined);
      await cluster?.stop();
    },
  };
}
