import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';
import type { Credentials } from './credentials.ts';
import { type HttpAnswer, type HttpRequest, LARGEST_ANSWER_MIB } from './http.ts';

export interface Connections {
  /** The whole answer, body included. Rejects with undici's errors. */
  send(credentials: Credentials, request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Takes new connections from now on, unless one of the present ones has answered anything since. Calls under way keep
   * theirs; idle ones are closed.
   * @param since as `performance.now()` has it
   */
  renewIfSilent(since: number): void;
  close(): Promise<void>;
}

/**
 * A workload with hundreds of sources asks for all at once; more connections than this gain nothing (one API server's
 * fair queueing gives a client about this many seats).
 */
const CONNECTIONS = 32;

/** Shorter than Go's http.Server idle timeout behind the common load balancers (60 s), so that we close first. */
const IDLE_MS = 50_000;

/** The longest deadline there is. Each call's own signal ends it earlier: this is for the day when one has none. */
const LONGEST_SILENCE_MS = 30_000;

interface Held {
  readonly pool: Pool;
  readonly credentials: Credentials;
  answeredAt: number;
}

function hold(credentials: Credentials): Held {
  const { server, tls } = credentials;
  // Made once: from `ca`, `cert` and `key` each connection would parse them anew, and hold a copy outside the heap.
  const secureContext = createSecureContext(tls);
  const pool = new Pool(server, {
    connect: { ...tls, secureContext, timeout: 2_000 },
    connections: CONNECTIONS,
    // One call a connection, so that a call which is given up takes its connection along. HTTP/2, which undici and the
    // API server would agree on, puts all calls on one connection, and giving up a call leaves it: once it went silent
    // (a NAT or a load balancer that forgot it), every review for 45 s and more met its deadline.
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    headersTimeout: LONGEST_SILENCE_MS,
    bodyTimeout: LONGEST_SILENCE_MS,
    maxResponseSize: LARGEST_ANSWER_MIB * 1024 * 1024,
  });
  return { pool, credentials, answeredAt: Number.NEGATIVE_INFINITY };
}

/** Kept-alive connections to the API server, renewed where the server, its certificates or ours change. */
export function connections(): Connections {
  let held: Held | undefined;

  /** Closes what is idle now, and what is busy when its call ends, which its deadline sees to. */
  function retire(): Promise<void> {
    const last = held;
    held = undefined;
    return last?.pool.close() ?? Promise.resolve();
  }

  function heldFor(credentials: Credentials): Held {
    const { server, tls } = held?.credentials ?? {};
    if (held && server === credentials.server && isDeepStrictEqual(tls, credentials.tls)) return held;
    void retire();
    held = hold(credentials);
    return held;
  }

  return {
    async send(credentials, request) {
      const used = heldFor(credentials);
      const answer = await used.pool.request(request);
      used.answeredAt = performance.now();
      const { statusCode: status, headers } = answer;
      const isTold = status < 300 || status === 403;
      if (!isTold) await answer.body.dump();
      const retryAfter = headers['retry-after'];
      return {
        status,
        text: isTold ? await answer.body.text() : undefined,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      };
    },
    renewIfSilent(since) {
      if (held && held.answeredAt < since) void retire();
    },
    close: retire,
  };
}
