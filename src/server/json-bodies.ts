import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Arrivals } from './arrivals.ts';
import { parseJson, valueCountOf } from './body.ts';
import { type BodyBudget, bodyBudget, type Charge } from './body-budget.ts';
import type { Limits } from './bounds.ts';
import { readBody } from './read-body.ts';

/**
 * The memory of a parsed value, in bytes: about the most that one
 * takes. A property of an object with thousands of properties takes 70.
 */
const BYTES_PER_VALUE = 64;

/**
 * Makes the server read JSON bodies only, within the limits on their time, values and memory.
 * @returns the memory that they take
 */
export function addJsonBodies(
  app: FastifyInstance,
  limits: Limits,
  arrivals: Arrivals,
): Pick<BodyBudget, 'bytes'> {
  const budget = bodyBudget();
  const charges = new WeakMap<FastifyRequest, Charge>();

  async function parse(request: FastifyRequest): Promise<unknown> {
    const { body, charge } = await readBody(request.raw, budget, limits);
    charges.set(request, charge);
    await arrivals.takeTurn(request, body.length);
    charge.resize(body.buffer.byteLength + valueCountOf(body) * BYTES_PER_VALUE);
    return parseJson(body);
  }

  app.addHook('onRequest', (request, reply, done) => {
    const { expect } = request.raw.headers;
    // Only now, when nothing is left that could refuse it, a client that asks first may send its body.
    if (expect !== undefined && /^100-continue$/i.test(expect)) reply.raw.writeContinue();
    reply.raw.once('close', () => charges.get(request)?.release());
    done();
  });
  // Without this, Node sends 100 Continue before any hook has seen the request.
  app.server.on('checkContinue', app.routing);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', parse);
  return budget;
}
