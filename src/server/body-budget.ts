import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BODY_LIMIT, Refusal } from './refusals.ts';

/** Bodies up to this size are taken whatever else goes on: large ones cannot keep the usual review out. */
const SMALL = 64 * 1024;

/**
 * What larger bodies may take together, in bytes: half the heap that Node gives itself in a container of
 * 256 MiB, the smallest that the program fits.
 */
const BUDGET = 64 * 1024 * 1024;

/**
 * What a value takes once it is parsed, at most, about: a property of an object with thousands of them has
 * 70.
 */
const BYTES_PER_VALUE = 64;

export interface BodyBudget {
  /**
   * Counts what parsing a body will take, until its answer has gone out.
   * @throws Refusal BUSY
   */
  parsing(request: FastifyRequest, values: number): void;
}

/** The size that the body says it has; in chunks it may have any. */
function declared({ headers }: FastifyRequest): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : BODY_LIMIT;
}

/**
 * Bounds the memory that large bodies take together. What does not fit is asked to come again, which the
 * API server does inside the webhook's timeout.
 */
export function boundBodies(app: FastifyInstance): BodyBudget {
  const held = new Map<FastifyRequest, number>();
  let total = 0;
  function take(request: FastifyRequest, bytes: number): void {
    if (total + bytes > BUDGET) throw new Refusal('BUSY');
    total += bytes;
    held.set(request, (held.get(request) ?? 0) + bytes);
  }
  app.addHook('onRequest', async (request, reply) => {
    const size = declared(request);
    // What is too large is refused without being kept.
    if (request.is404 || size <= SMALL || size > BODY_LIMIT) return;
    take(request, size);
    reply.raw.once('close', () => {
      total -= held.get(request) ?? 0;
      held.delete(request);
    });
  });
  return {
    parsing(request, values) {
      if (held.has(request)) take(request, values * BYTES_PER_VALUE);
    },
  };
}
