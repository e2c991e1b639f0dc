import { isDeepStrictEqual } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Credentials } from './credentials.ts';
import { dispatcherFor } from './dispatcher.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';

export interface Connections {
  /** Sends a request. Resolves with the whole answer, body included. Rejects with undici's errors. */
  send(credentials: Credentials, request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Opens new connections from now on, unless one of the present ones has received
   * an answer since then. Calls under way keep their connections; idle ones close.
   * @param since a time of `performance.now()`
   */
  renewIfSilent(since: number): void;
  close(): Promise<void>;
}

interface CurrentDispatcher {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** The prefix of all paths: some API servers stand behind a path of another server. */
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

/** Compares what connections depend on. Headers are not part of it, because each call sends its own. */
const isSameRoute = (a: Credentials, b: Credentials): boolean =>
  a.server === b.server && a.proxy === b.proxy && isDeepStrictEqual(a.tls, b.tls);

/**
 * Kept-alive connections to the API server. They are renewed if the server, its certificates or ours change.
 */
export function connections(): Connections {
  let current: CurrentDispatcher | undefined;

  /**
   * Closes idle connections now, and a busy one when its
   * call ends. The call's deadline makes sure that it ends.
   */
  function closeCurrent(): Promise<void> {
    const last = current;
    current = undefined;
    return last?.dispatcher.close() ?? Promise.resolve();
  }

  function currentFor(credentials: Credentials): CurrentDispatcher {
    if (current && isSameRoute(current.credentials, credentials)) return current;
    void closeCurrent();
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
      const keepsText = status < 300 || status === 403;
      if (!keepsText) await answer.body.dump();
      const retryAfter = headers['retry-after'];
      return {
        status,
        text: keepsText ? await answer.body.text() : undefined,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      };
    },
    renewIfSilent(since) {
      if (current && current.answeredAt < since) void closeCurrent();
    },
    close: closeCurrent,
  };
}
