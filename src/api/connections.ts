import { isDeepStrictEqual } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Credentials } from './credentials.ts';
import { dispatcherFor } from './dispatcher.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';

export interface Connections {
  /** The whole answer, body included. Rejects with undici's errors. */
  send(credentials: Credentials, request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Takes new connections from now on, unless one of the present ones has answered anything since. Calls
   * under way keep theirs; idle ones are closed.
   * @param since as `performance.now()` has it
   */
  renewIfSilent(since: number): void;
  close(): Promise<void>;
}

interface CurrentDispatcher {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** What paths start with: some API servers stand behind a path of another server. */
  readonly base: string;
  readonly credentials: Credentials;
  answeredAt: number;
}

function openDispatcher(credentials: Credentials): CurrentDispatcher {
  const { origin, pathname } = new URL(credentials.server);
  const base = pathname.replace(/\/+$/, '');
  const dispatcher = dispatcherFor(origin, credentials);
  return { dispatcher, origin, base, credentials, answeredAt: Number.NEGATIVE_INFINITY };
}

/** Everything that connections are made from; headers go with each call. */
const sameWay = (a: Credentials, b: Credentials): boolean =>
  a.server === b.server && a.proxy === b.proxy && isDeepStrictEqual(a.tls, b.tls);

/** Kept-alive connections to the API server, renewed where the server, its certificates or ours change. */
export function connections(): Connections {
  let current: CurrentDispatcher | undefined;

  /** Closes what is idle now, and what is busy when its call ends, which its deadline sees to. */
  function retire(): Promise<void> {
    const last = current;
    current = undefined;
    return last?.dispatcher.close() ?? Promise.resolve();
  }

  function currentFor(credentials: Credentials): CurrentDispatcher {
    if (current && sameWay(current.credentials, credentials)) return current;
    void retire();
    current = openDispatcher(credentials);
    return current;
  }

  return {
    async send(credentials, request) {
      const used = currentFor(credentials);
      const { origin, base } = used;
      const answer = await used.dispatcher.request({ ...request, origin, path: `${base}${request.path}` });
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
      if (current && current.answeredAt < since) void retire();
    },
    close: retire,
  };
}
