import fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { ADMIN_LIMITS } from './bounds.ts';
import { limitConnections } from './connections.ts';
import { withoutAjv } from './schemas.ts';

/** What the program reports about itself. */
export interface Health {
  /** Whether it takes reviews: false before it listens, and as soon as it drains. */
  readonly ready: boolean;
}

const OPTIONS = {
  http: {
    headersTimeout: ADMIN_LIMITS.idleMs,
    requestTimeout: ADMIN_LIMITS.idleMs,
    connectionsCheckingInterval: ADMIN_LIMITS.checkMs,
  },
  keepAliveTimeout: ADMIN_LIMITS.idleMs,
  requestTimeout: ADMIN_LIMITS.idleMs,
  connectionTimeout: ADMIN_LIMITS.requestMs,
  handlerTimeout: ADMIN_LIMITS.requestMs,
  forceCloseConnections: true,
  schemaController: withoutAjv,
};

/** Whether a request has a body: no request to this port needs one. */
export const hasBody = (headers: Readonly<Record<string, unknown>>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;

/**
 * Nobody who calls this port is known, and the kubelet restarts a
 * program whose probes fail. So nobody may keep the probes out.
 */
function addLimits(app: FastifyInstance): void {
  const connections = limitConnections(app.server, ADMIN_LIMITS.connections, false);
  app.addHook('onRequest', async ({ raw }, reply) => {
    const isPipelined = !connections.begin(raw.socket, reply.raw);
    if (!isPipelined && !hasBody(raw.headers)) return;
    await reply
      .code(400)
      .header('connection', 'close')
      .send('send GET requests, one at a time, without a body');
  });
  app.addHook('preHandler', async ({ raw }) => {
    connections.accept(raw.socket);
  });
}

/** Plain HTTP for the kubelet and Prometheus: `/healthz`, `/readyz`, `/metrics`. */
export function adminServer(health: () => Health, registry: Registry) {
  const app = fastify(OPTIONS);
  addLimits(app);
  app.get('/healthz', () => 'ok');
  app.get('/readyz', (_request, reply) => (health().ready ? 'ok' : reply.code(503).send('not ready')));
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return app;
}
