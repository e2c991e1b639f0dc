import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '../json.ts';
import type { Credentials } from './credentials.ts';
import { dispatcherFor } from './dispatcher.ts';
import { type AnswerHeaders, type BodyUse, type Exchanged, exchange } from './exchange.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { isWordy, type ReadJson } from './read-json.ts';
import { warningsIn } from './warnings.ts';

/** Connections to one API server, and what is known of their health. Times are of `performance.now()`. */
export interface Pool {
  readonly credentials: Credentials;
  /** Aborted when the pool is given up: what waits for an answer can be sent elsewhere. */
  readonly givenUp: AbortController;
  readonly bornAt: number;
  /** When the last answer began. At first the pool's birth: a new pool has had no chance to be silent. */
  answeredAt: number;
  /** The latest time at which a request was sent that has been answered. */
  answeredSentAt: number;
  /** How long the API server took for the last answer, in milliseconds. */
  lastAnswerMs: number;
  /** Requests that are sent and not answered yet, and those that are about to be sent. */
  inFlight: number;
  /**
   * Sends a request. Resolves with the whole answer, body included. Rejects with undici's errors.
   * @param onWait see `ReadJson`
   */
  send(request: HttpRequest, onWait?: (waits: boolean) => void): Promise<HttpAnswer>;
  /** Closes idle connections now, and a busy one when its call ends. */
  close(): Promise<void>;
  /** Closes all connections now. Calls under way fail. */
  destroy(): Promise<void>;
}

/** Called with the `Date` of each answer, and with the time at which its request was sent. */
export type DateObserver = (date: string, sentAt: number) => void;

/** A header that comes once. */
export const textOf = (header: string | string[] | undefined) =>
  typeof header === 'string' ? header : undefined;

/** How to take the body of an answer. An answer that says that it is small is taken as one text: nearly all do. */
function bodyUse(status: number, headers: AnswerHeaders): BodyUse {
  if (status >= 300 && status !== 403) return 'drop';
  const length = textOf(headers['content-length']);
  return length !== undefined && !isWordy(Number(length)) ? 'text' : 'stream';
}

/** The JSON of a body. Undefined: it is none. */
function jsonOf(
  body: Exchanged['body'],
  readStream: (body: AsyncIterable<Buffer>) => Promise<unknown>,
): unknown {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? parseJson(body) : readStream(body);
}

/** What all pools of a client share. */
export interface PoolDeps {
  readonly observeDate: DateObserver;
  readonly readJson: ReadJson;
}

/** Where requests go, and the prefix of all paths: some API servers stand behind a path of another server. */
export function baseOf({ server }: Credentials): { readonly origin: string; readonly base: string } {
  const { origin, pathname } = new URL(server);
  return { origin, base: pathname.replace(/\/+$/, '') };
}

export function openPool(credentials: Credentials, { observeDate, readJson }: PoolDeps): Pool {
  const { origin, base } = baseOf(credentials);
  const dispatcher = dispatcherFor(origin, credentials);
  const bornAt = performance.now();
  const pool: Pool = {
    credentials,
    givenUp: new AbortController(),
    bornAt,
    answeredAt: bornAt,
    answeredSentAt: Number.NEGATIVE_INFINITY,
    lastAnswerMs: 0,
    inFlight: 0,
    async send(request, onWait = () => undefined) {
      const sentAt = performance.now();
      const target = { ...request, origin, path: `${base}${request.path}` };
      const answer = await exchange(dispatcher, target, (status, headers) => {
        pool.answeredAt = performance.now();
        pool.answeredSentAt = Math.max(pool.answeredSentAt, sentAt);
        pool.lastAnswerMs = pool.answeredAt - sentAt;
        const date = textOf(headers['date']);
        // The answer of a load balancer without an API server behind it has the load balancer's own time.
        if (date !== undefined && status < 500) observeDate(date, sentAt);
        return bodyUse(status, headers);
      });
      const { status, headers } = answer;
      const body = await jsonOf(answer.body, (stream) => readJson(stream, request, onWait));
      const warnings = warningsIn(headers['warning']);
      const warned = warnings.length > 0 ? { warnings } : {};
      return { status, body, retryAfter: textOf(headers['retry-after']), ...warned };
    },
    close: () => dispatcher.close(),
    destroy: () => dispatcher.destroy(),
  };
  return pool;
}

/** Compares what connections depend on. Headers are not part of it, because each call sends its own. */
export const isSameRoute = (a: Credentials, b: Credentials): boolean =>
  a === b || (a.server === b.server && a.proxy === b.proxy && isDeepStrictEqual(a.tls, b.tls));
