import type { FastifyInstance } from 'fastify';
import type { Connections } from './bounds.ts';

/** What a client gets beyond the deadline of its review to read the answer. */
const LAST_WORDS_MS = 1_000;

/**
 * Makes the server's closing come to an end: reviews that have begun are answered. Node closes neither
 * connections that have not spoken yet nor those that stop in the middle of a request, and stops looking at
 * the time once it closes: any one of them would keep the program from ending.
 * @param leaving aborted when the server is about to close, so that connections are used up before it does
 */
export function closeInTime(
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
  // Said, so that no further call is sent into a connection that is about to close.
  app.addHook('onSend', async (_request, reply) => {
    if (draining || leaving.aborted) reply.header('connection', 'close');
  });
}
