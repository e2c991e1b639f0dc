import fastify from 'fastify';
import type { Registry } from 'prom-client';
import { withoutAjv } from './schemas.ts';

/** What the program reports about itself. */
export interface Health {
  /** Whether it takes reviews: false before it listens, and as soon as it drains. */
  readonly ready: boolean;
}

/** Plain HTTP for the kubelet and Prometheus: `/healthz`, `/readyz`, `/metrics`. */
export function adminServer(health: () => Health, registry: Registry) {
  const app = fastify({ keepAliveTimeout: 5_000, forceCloseConnections: true, schemaController: withoutAjv });
  app.get('/healthz', () => 'ok');
  app.get('/readyz', (_request, reply) => (health().ready ? 'ok' : reply.code(503).send('not ready')));
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return app;
}
