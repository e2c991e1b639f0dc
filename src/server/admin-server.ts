import fastify from 'fastify';
import type { Registry } from 'prom-client';
import { withoutAjv } from './schemas.ts';

/** What the program says of itself. */
export interface Health {
  /** Takes reviews: false before it listens and from the moment it drains. */
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
