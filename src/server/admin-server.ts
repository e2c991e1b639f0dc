import fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../telemetry/metrics.ts';
import type { adminTls } from './admin-tls.ts';
import { ADMIN_LIMITS } from './bounds.ts';
import { limitConnections } from './connections.ts';
import { addHealth, type Checks } from './health.ts';
import { withoutAjv } from './schemas.ts';
import type { requireScraper } from './scraper-answers.ts';

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

/** It answers, so it is alive. */
const ALIVE: Checks = { ping: () => true };

/** A scraper asks for this format if it wants exemplars, which name traces. */
const wantsOpenMetrics = (accept: string | undefined): boolean =>
  accept?.includes('application/openmetrics-text') === true;

/** How the server is reached, and who may read the metrics. */
export interface AdminOptions {
  /** Undefined: plain HTTP. */
  readonly tls?: Pick<ReturnType<typeof adminTls>, 'serverFactory'> | undefined;
  /** Undefined: everybody. */
  readonly onMetrics?: ReturnType<typeof requireScraper> | undefined;
}

/**
 * For the kubelet and Prometheus: `/livez`, `/healthz`, `/readyz`, `/metrics`.
 * @param ready whether it takes reviews: not before it listens, nor once it drains
 */
export function adminServer(
  ready: Checks,
  { registry, exact }: Pick<Metrics, 'registry' | 'exact'>,
  { tls, onMetrics }: AdminOptions = {},
) {
  const app = fastify({ ...OPTIONS, ...(tls && { serverFactory: tls.serverFactory }) });
  addLimits(app);
  addHealth(app, 'livez', ALIVE);
  addHealth(app, 'healthz', ALIVE);
  addHealth(app, 'readyz', { ...ALIVE, ...ready });
  app.get('/metrics', { ...(onMetrics && { onRequest: onMetrics }) }, async ({ headers }, reply) => {
    const format = wantsOpenMetrics(headers.accept) ? exact : registry;
    return reply.type(format.contentType).send(await format.metrics());
  });
  return app;
}
