import type { TestProject } from 'vitest/node';
import { type ClusterData, dataOf } from '../cluster/client.ts';
import type { RealNode } from './node-cluster.ts';
import { missing } from './prerequisites.ts';
import { startNodesWithLockstep } from './with-lockstep.ts';

/** What the tests of the project share; or why they do not run. */
export type Provided =
  | { readonly kind: 'booted'; readonly cluster: ClusterData; readonly nodes: readonly RealNode[] }
  | { readonly kind: 'missing'; readonly lacks: readonly string[] };

declare module 'vitest' {
  export interface ProvidedContext {
    nodes: Provided;
  }
}

/**
 * One control plane with two real nodes for a whole run of the project's tests, lockstep's image on them.
 * @throws Error in CI, where the machine cannot have nodes; elsewhere it says so, and the tests are skipped
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const lacks = await missing();
  if (lacks.length > 0) {
    const text = `THE TESTS ON REAL NODES DO NOT RUN:\n${lacks.map((lack) => `  ${lack}`).join('\n')}`;
    if (process.env['CI']) throw new Error(text);
    console.error(`\n${text}\n`);
    project.provide('nodes', { kind: 'missing', lacks });
    return async () => undefined;
  }
  const cluster = await startNodesWithLockstep();
  // The tests only see that nobody answers any more; why, is said here.
  let over = false;
  cluster.failure.catch((error: Error) => {
    if (!over) console.error(error.message);
  });
  project.provide('nodes', { kind: 'booted', cluster: dataOf(cluster), nodes: cluster.nodes });
  return () => {
    over = true;
    return cluster.stop();
  };
}
