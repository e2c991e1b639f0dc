import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, ApiError } from '../../../lab/control-plane/api.ts';
import type { Fault } from '../checker/fault.ts';

/** Copies that nothing uses. Each must be gone within a time. */
export interface Leftovers {
  add(namespace: string, name: string): void;
  /** Counts from now on. The Lease of a leader that was killed must end first, before another one sweeps. */
  restart(): void;
  /** Resolves when all are gone, or after this time. */
  over(withinMs: number): Promise<void>;
  close(): void;
}

const EVERY_MS = 1_000;

/** @param boundMs how long a leftover may stay */
export function watchLeftovers(api: Api, boundMs: number, onFault: (fault: Fault) => void): Leftovers {
  const since = new Map<string, number>();
  const late = new Set<string>();
  async function look(): Promise<void> {
    for (const [path, from] of since) {
      const gone = await api.get(path).then(
        () => false,
        (error: unknown) => error instanceof ApiError && error.status === 404,
      );
      const ms = performance.now() - from;
      if (!gone && ms > boundMs && !late.has(path)) {
        late.add(path);
        onFault({ rule: 'Sweeps', message: `${path} is still there after ${Math.round(ms / 1000)} s` });
      }
      if (gone) since.delete(path);
    }
  }
  let closed = false;
  async function watch(): Promise<void> {
    while (!closed) {
      await look().catch(() => undefined);
      await sleep(EVERY_MS);
    }
  }
  void watch();
  return {
    add: (namespace, name) =>
      void since.set(`/api/v1/namespaces/${namespace}/configmaps/${name}`, performance.now()),
    restart() {
      for (const path of since.keys()) since.set(path, performance.now());
    },
    async over(withinMs) {
      const until = performance.now() + withinMs;
      while (since.size > 0 && performance.now() < until) await sleep(EVERY_MS / 4);
    },
    close() {
      closed = true;
    },
  };
}
