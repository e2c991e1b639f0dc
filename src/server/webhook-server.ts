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
import type { Logger } from '../telemetry/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { parseJson, valueCountOf } from './body.ts';
import { limitBodies } from './body-budget.ts';
import { LIMITS, type Limits, limitConnections } from './bounds.ts';
import { addDrainHooks } from './drain.ts';
import { BODY_LIMIT } from './refusals.ts';
import { addRefusals, clientErrorHandler, type ErrorHandler, errorHandler } from './refuse.ts';
import { typeBoxValidator, withoutAjv } from './schemas.ts';

export interface WebhookDeps extends AdmitDeps, ReviewDeps {
  readonly telemetry: Telemetry<'observeReview' | 'countRefusal'>;
  /** What applies if the path does not say. */
  readonly onError: OnError;
}

function httpsOptions(pair: KeyPair, limits: Limits) {
  return {
    ...tlsOptions(pair),
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.idleMs,
    requestTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkMs,
    // lockstep refuses such requests with a code; Node's own answer has no body.
    requireHostHeader: false,
  };
}

function fastifyOptions(log: Logger, handleError: ErrorHandler, pair: KeyPair, limits: Limits) {
  return {
    https: httpsOptions(pair, limits),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: limits.idleMs,
    requestTimeout: limits.idleMs,
    handlerTimeout: limits.requestMs,
    // While the server drains, a call over an open connection
    // is answered like any other. Then the connection closes.
    return503OnClosing: false,
    frameworkErrors: handleError,
    clientErrorHandler: clientErrorHandler(log),
    schemaController: withoutAjv,
  };
}

/** Makes the server read JSON bodies only, within the limits on their values and memory. */
function addBodyParser(app: FastifyInstance): void {
  const budget = limitBodies(app);
  async function parse(request: FastifyRequest, body: Buffer): Promise<unknown> {
    budget.chargeValues(request, valueCountOf(body));
    return parseJson(body);
  }
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parse);
}

/** Adds the paths of a webhook. */
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
 * @param leaving once it is aborted, each answer says that its connection closes
 */
export function webhookServer(
  deps: WebhookDeps,
  pair: KeyPair,
  limits = LIMITS,
  leaving: AbortSignal = new AbortController().signal,
) {
  const handleError = errorHandler(deps.telemetry);
  const app = fastify(fastifyOptions(deps.telemetry.log, handleError, pair, limits))
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(typeBoxValidator);
  addRefusals(app, handleError);
  addBodyParser(app);
  const connections = limitConnections(app.server, limits.connections);
  addDrainHooks(app, connections, deps.deadlineMs, leaving);
  for (const webhook of WEBHOOKS) addRoutes(app, deps, webhook);
  return app;
}
