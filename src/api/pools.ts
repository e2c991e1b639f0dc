import { OVER } from '../abort.ts';
import type { Credentials } from './credentials.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { isSameRoute, openPool, type Pool, type PoolDeps } from './pool.ts';

/** The present pool, and at most one beside it. So there are never more connections than two pools have. */
export interface Pools {
  current(): Pool | undefined;
  /** The present pool, if it leads where the credentials do. Otherwise a new one takes its place. */
  currentFor(credentials: Credentials): Pool;
  /** Resolves when no other pool is beside the present one. Undefined: there is none now. */
  besideEnded(): Promise<void> | undefined;
  /**
   * Sends a request over a new pool beside a silent one. If that answers while the silent one stays so, it
   * takes over. There must be no other pool beside the present one.
   */
  sendBeside(silent: Pool, credentials: Credentials, request: HttpRequest): Promise<HttpAnswer>;
  /** The next request gets a new pool. Calls under way keep their connections, and idle ones close. */
  giveUp(pool: Pool): void;
  close(): Promise<void>;
}

export function openPools(deps: PoolDeps): Pools {
  let current: Pool | undefined;
  /** A pool that is being tried, or one that was given up and is closing. */
  let beside: { readonly pool: Pool; readonly ended: Promise<void> } | undefined;

  function closeBeside(pool: Pool): Promise<void> {
    pool.givenUp.abort(OVER);
    // Only changed credentials lead here while another pool is still closing.
    if (beside && beside.pool !== pool) void beside.pool.destroy();
    const ended = pool.close().finally(() => {
      if (beside?.pool === pool) beside = undefined;
    });
    beside = { pool, ended };
    return ended;
  }

  return {
    current: () => current,
    besideEnded: () => beside?.ended,

    currentFor(credentials) {
      if (current && isSameRoute(current.credentials, credentials)) return current;
      const before = current;
      current = openPool(credentials, deps);
      if (before) void closeBeside(before);
      return current;
    },

    async sendBeside(silent, credentials, request) {
      const pool = openPool(credentials, deps);
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      beside = { pool, ended };
      try {
        return await pool.send(request);
      } finally {
        const isBetter = pool.answeredAt > pool.bornAt && silent.answeredAt <= pool.bornAt;
        if (current === silent && isBetter) {
          beside = undefined;
          current = pool;
          void closeBeside(silent);
        } else if (beside?.pool === pool) void closeBeside(pool);
        resolve();
      }
    },

    giveUp(pool) {
      if (pool !== current) return;
      current = undefined;
      void closeBeside(pool);
    },

    async close() {
      const last = current;
      current = undefined;
      await Promise.all([beside?.ended, last && closeBeside(last)]);
    },
  };
}
