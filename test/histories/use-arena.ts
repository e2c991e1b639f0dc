import { afterAll, beforeAll } from 'vitest';
import { useCluster } from '../kit/use-cluster.ts';
import { type Arena, openArena } from './arena.ts';

/** An arena for the tests of one file. It is opened before them and closed after them. */
export function useArena(): () => Arena {
  let arena: Arena | undefined;
  beforeAll(async () => {
    arena = await openArena(useCluster());
  });
  afterAll(async () => {
    await arena?.close();
  });
  return () => {
    if (!arena) throw new Error('the arena is not open yet');
    return arena;
  };
}
