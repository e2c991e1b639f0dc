import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BODY_LIMIT, Refusal } from './refusals.ts';

/** Bodies up to this size are always accepted, so large bodies cannot keep the usual review out. */
const SMALL_BYTES = 64 * 1024;

/**
 * The memory that larger bodies may take together, in bytes. It is half the heap that Node
 * gives itself in a container of 256 MiB, the smallest container that the program fits in.
 */
const BUDGET_BYTES = 64 * 1024 * 1024;

/**
 * The memory of a parsed value, in bytes: about the most that one
 * takes. A property of an object with thousands of properties takes 70.
 */
const BYTES_PER_VALUE = 64;

export interface BodyBudget {
  /**
   * Charges the memory that parsing a body will take, until its answer has been sent.
   * @throws Refusal BUSY
   */
  chargeValues(request: FastifyRequest, values: number): void;
}

/** The size that the request declares. A chunked body may have any size. */
function declaredSize({ headers }: FastifyRequest): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : BODY_LIMIT;
}

/**
 * Limits the memory that large bodies take together. A body that does not fit is
 * refused with BUSY. The API server then repeats the call within the webhook's timeout.
 */
export function limitBodies(app: FastifyInstance): BodyBudget {
  const charged = new Map<FastifyRequest, number>();
  let total = 0;
  function charge(request: FastifyRequest, bytes: number): void {
    if (total + bytes > BUDGET_BYTES) throw new Refusal('BUSY');
    total += bytes;
    charged.set(request, (charged.get(request) ?? 0) + bytes);
  }
  app.addHook('onRequest', async (request, reply) => {
    const size = declaredSize(request);
    // A body over the limit is refused without being kept.
    if (request.is404 || size <= SMALL_BYTES || size > BODY_LIMIT) return;
    charge(request, size);
    reply.raw.once('close', () => {
      total -= charged.get(request) ?? 0;
      charged.delete(request);
    });
  });
  return {
    chargeValues(request, values) {
      if (charged.has(request)) charge(request, values * BYTES_PER_VALUE);
    },
  };
}
