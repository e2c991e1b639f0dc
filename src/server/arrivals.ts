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
   * @throws Refusal HTTP_MALFORMED: the client has left
   */
  takeTurn(request: FastifyRequest): Promise<void>;
}

/** Why nobody waits for a turn any more: the client has closed the connection, or has its answer. */
const LEFT = new DOMException('the client has left', 'AbortError');

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
  const { take } = turns();
  const times = new WeakMap<FastifyRequest, number>();
  const leaving = new WeakMap<FastifyRequest, AbortController>();
  const timeOf = (request: FastifyRequest) => times.get(request) ?? performance.now();

  app.addHook('onRequest', async (request, reply) => {
    const left = new AbortController();
    times.set(request, performance.now());
    leaving.set(request, left);
    reply.raw.once('close', () => left.abort(LEFT));
  });

  return {
    timeOf,
    async takeTurn(request) {
      const waits = leaving.get(request) ?? new AbortController();
      const budgetMs = reviewBudget(deadlineMs, timeoutOf(request)) - (performance.now() - timeOf(request));
      const timer = abortAfter(waits, Math.max(1, Math.floor(budgetMs)));
      try {
        await take(networkOf(request.socket.remoteAddress), waits.signal);
      } catch {
        if (waits.signal.reason === LEFT) throw new Refusal('HTTP_MALFORMED');
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
