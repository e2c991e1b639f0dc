import type { FastifyInstance } from 'fastify';
import type { Connections } from './connections.ts';

/** How long a client may take to read the answer, after the deadline of its review. */
const LAST_WORDS_MS = 1_000;

/**
 * Adds hooks that make the server's closing end in time, with every review answered that has begun. Node
 * does not close a connection that has sent nothing yet, or that stops in the middle of a request. It also
 * stops checking their time when it closes. So a single such connection would keep the program from ending.
 * @param leaving aborted when the server is about to close,
 * so that clients give up their connections before it does
 */
export function addDrainHooks(
  app: FastifyInstance,
  connections: Connections,
  deadlineMs: number,
  leaving: AbortSignal,
): void {
  let draining = false;
  app.addHook('preClose', async () => {
    draining = true;
    connections.closeUnused();
    const last = setTimeout(() => app.server.closeAllConnections(), deadlineMs + LAST_WORDS_MS);
    app.server.once('close', () => clearTimeout(last));
  });
  // This keeps clients from sending another call into a connection that is about to close.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining || leaving.aborted) reply.header('connection', 'close');
    done();
  });
}
