import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { abortAfter } from '../abort.ts';
import { reviewBudget } from '../admission/deadline.ts';
import { turns } from '../waiting/turns.ts';
import { networkOf } from './network-of.ts';
import { Refusal } from './refusals.ts';

/** The reviews that have arrived, and wait for their turn. */
export interface Arrivals {
  /** When the request arrived, as a time of `performance.now()`. */
  timeOf(request: FastifyRequest): number;
  /**
   * Waits until the request may be parsed. If its turn does not come within the time of its review, the request
   * goes on, so that it gets the answer that it could not be checked.
   * @param bytes of its body
   * @throws Refusal HTTP_MALFORMED: the client has left
   */
  takeTurn(request: FastifyRequest, bytes: number): Promise<void>;
}

/** Reviews that are no larger may share a round of the event loop. Nearly all take less than half a millisecond. */
const SMALL_BYTES = 16 * 1024;
export const PER_ROUND = 8;

/** Why nobody waits for a turn any more: the client has closed the connection, or has its answer. */
const LEFT = new DOMException('the client has left', 'AbortError');

/** A request that has arrived. */
interface Seen {
  /** A time of `performance.now()`. */
  readonly atMs: number;
  readonly answer: ServerResponse;
}

function timeoutOf({ query }: FastifyRequest): string | undefined {
  const timeout: unknown = Object(query).timeout;
  return typeof timeout === 'string' ? timeout : undefined;
}

/**
 * Lets the reviews of different networks take turns. To parse a review and to find what it refers to keeps the
 * event loop busy for up to 30 ms, and nothing else runs meanwhile. Without turns, a client with hundreds of
 * connections took all of the time: reviews of the API server waited for hundreds of others at each of their steps.
 */
export function addArrivals(app: FastifyInstance, deadlineMs: number): Arrivals {
  const { take, takeFree } = turns(PER_ROUND);
  const seen = new WeakMap<FastifyRequest, Seen>();
  const timeOf = (request: FastifyRequest) => seen.get(request)?.atMs ?? performance.now();

  app.addHook('onRequest', (request, { raw: answer }, done) => {
    seen.set(request, { atMs: performance.now(), answer });
    done();
  });

  return {
    timeOf,
    async takeTurn(request, bytes) {
      const isLarge = bytes > SMALL_BYTES;
      const answer = seen.get(request)?.answer;
      if (answer?.destroyed) throw new Refusal('HTTP_MALFORMED');
      // Nearly always.
      if (takeFree(isLarge)) return;
      const waits = new AbortController();
      answer?.once('close', () => waits.abort(LEFT));
      const budgetMs = reviewBudget(deadlineMs, timeoutOf(request)) - (performance.now() - timeOf(request));
      const timer = abortAfter(waits, Math.max(1, Math.floor(budgetMs)));
      try {
        await take(networkOf(request.socket.remoteAddress), waits.signal, isLarge);
      } catch {
        if (waits.signal.reason === LEFT) throw new Refusal('HTTP_MALFORMED');
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
