import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { type AdmitDeps, admit } from '../admission/admit.ts';
import type { ReviewDeps } from '../admission/deps.ts';
import { ReviewQuery } from '../admission/review.ts';
import { routesOf, WEBHOOKS, type Webhook } from '../admission/webhooks.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { tlsOptions } from '../certificates/tls.ts';
import type { OnError } from '../policy/on-error.ts';
import { parseJson, valuesIn } from './body.ts';
import { boundBodies } from './body-budget.ts';
import { boundConnections, LIMITS, type Limits } from './bounds.ts';
import { closeInTime } from './drain.ts';
import { BODY_LIMIT } from './refusals.ts';
import { refuseConnection, refuseStrays, refuseWith } from './refuse.ts';
import { checkedByTypeBox, withoutAjv } from './schemas.ts';

export interface WebhookDeps extends AdmitDeps, ReviewDeps {
  /** Where the path does not say. */
  readonly onError: OnError;
}

function httpsOptions(pair: KeyPair, limits: Limits) {
  return {
    ...tlsOptions(pair),
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.idleMs,
    requestTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkMs,
    // Refused by us, with a code; Node's own answer has no body.
    requireHostHeader: false,
  };
}

/** The paths at which a webhook answers. */
function addRoutes(app: FastifyInstance, deps: WebhookDeps, webhook: Webhook): void {
  const schema = { body: webhook.schema, querystring: ReviewQuery };
  for (const { path, onError, pinNamespace } of routesOf(webhook, deps.onError)) {
    app.post<{ Querystring: Static<typeof ReviewQuery> }>(path, { schema }, ({ body, query }) => {
      const options = { about: webhook.aboutOf(deps, body), onError, timeout: query.timeout };
      return admit(deps, options, (signal) => webhook.review(deps, body, { onError, pinNamespace, signal }));
    });
  }
}

/**
 * The HTTPS server that the API server calls.
 * @param leaving from when it is aborted on, each answer says that its connection closes
 */
export function webhookServer(
  deps: WebhookDeps,
  pair: KeyPair,
  limits = LIMITS,
  leaving: AbortSignal = new AbortController().signal,
) {
  const refuse = refuseWith(deps.log, deps.metrics);
  const app = fastify({
    https: httpsOptions(pair, limits),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: limits.idleMs,
    requestTimeout: limits.idleMs,
    handlerTimeout: limits.requestMs,
    // A call that comes over an open connection while we drain is as good as any other: answered, then
    // closed.
    return503OnClosing: false,
    frameworkErrors: refuse,
    clientErrorHandler: refuseConnection(deps.log),
    schemaController: withoutAjv,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(checkedByTypeBox);
  app.removeAllContentTypeParsers();
  refuseStrays(app, refuse);
  const bodies = boundBodies(app);
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      bodies.parsing(request, valuesIn(body));
      return parseJson(body);
    },
  );
  const connections = boundConnections(app.server, limits.connections);
  closeInTime(app, connections, deps.deadlineMs, leaving);

  for (const webhook of WEBHOOKS) addRoutes(app, deps, webhook);
  return app;
}
