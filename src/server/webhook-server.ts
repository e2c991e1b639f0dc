import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { type AdmitDeps, admit } from '../admission/admit.ts';
import type { ReviewDeps } from '../admission/deps.ts';
import type { Failure } from '../admission/failure.ts';
import type { FailReason } from '../admission/outcome.ts';
import { ReviewQuery } from '../admission/review.ts';
import { routesOf } from '../admission/routes.ts';
import { reportUnchecked } from '../admission/unchecked-event.ts';
import { WEBHOOKS, type Webhook } from '../admission/webhooks.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { tlsOptions } from '../certificates/tls.ts';
import type { OnError } from '../policy/on-error.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { NO_TRACING } from '../telemetry/tracing.ts';
import { type Arrivals, addArrivals } from './arrivals.ts';
import { LIMITS, type Limits } from './bounds.ts';
import { type Callers, type ClientRules, checkCallers } from './callers.ts';
import { type Connections, limitConnections } from './connections.ts';
import { addDrainHooks } from './drain.ts';
import { addJsonBodies } from './json-bodies.ts';
import { BODY_LIMIT, Refusal } from './refusals.ts';
import { addRefusals, clientErrorHandler, type ErrorHandler, errorHandler } from './refuse.ts';
import { typeBoxValidator, withoutAjv } from './schemas.ts';

export interface WebhookDeps extends AdmitDeps, ReviewDeps {
  readonly telemetry: Telemetry<'observeReview' | 'countRefusal'>;
  /** What applies if the path does not say. */
  readonly onError: OnError;
}

/** What the server is known by, and who may call it. */
export interface Identity {
  readonly pair: KeyPair;
  /** Undefined if everybody may. */
  readonly clients: ClientRules | undefined;
}

function httpsOptions({ pair, clients }: Identity, limits: Limits) {
  return {
    ...tlsOptions(pair, clients?.ca),
    // A client without a certificate that is trusted is refused over HTTP, with a reason.
    requestCert: clients !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.idleMs,
    requestTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkMs,
    // lockstep refuses such requests with a code; Node's own answer has no body.
    requireHostHeader: false,
  };
}

function fastifyOptions(log: Logger, handleError: ErrorHandler, identity: Identity, limits: Limits) {
  return {
    https: httpsOptions(identity, limits),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: limits.idleMs,
    requestTimeout: limits.idleMs,
    // For a client that does not read its answers. No other limit applies to it.
    connectionTimeout: limits.idleMs,
    // While the server drains, a call over an open connection
    // is answered like any other. Then the connection closes.
    return503OnClosing: false,
    frameworkErrors: handleError,
    clientErrorHandler: clientErrorHandler(log),
    schemaController: withoutAjv,
  };
}

/**
 * Tells the limit on connections what each of them carries, and refuses pipelined requests. Go's client, and
 * so the API server, sends one request at a time. With more, a client could have thousands of reviews
 * in progress over one connection.
 */
function addConnectionHooks(app: FastifyInstance, connections: Connections): void {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    if (!connections.begin(raw.socket, reply.raw)) throw new Refusal('REQUEST_PIPELINED');
    done();
  });
  // This runs when the body has arrived and fits the schema.
  app.addHook('preHandler', ({ raw }, _reply, done) => {
    connections.accept(raw.socket);
    done();
  });
}

/** Adds the paths of a webhook. */
function addRoutes(app: FastifyInstance, deps: WebhookDeps, arrivals: Arrivals, webhook: Webhook): void {
  const { tracing = NO_TRACING } = deps.telemetry;
  const schema = { body: webhook.schema, querystring: ReviewQuery };
  for (const { path, onError, pinNamespace, mode, ifUnchecked } of routesOf(
    webhook,
    deps.onError,
    deps.mode,
  )) {
    app.post<{ Querystring: Static<typeof ReviewQuery> }>(path, { schema }, (request) => {
      const { body, query } = request;
      const about = webhook.aboutOf(deps, body);
      const mayDeny = (reason: FailReason) => webhook.mayDeny(deps, body, reason);
      const arrivedMs = arrivals.timeOf(request);
      const onUnchecked = (failure: Failure, choice: OnError) =>
        reportUnchecked(deps, webhook, body, failure, choice);
      const { timeout } = query;
      const options = { about, onError: ifUnchecked, mode, mayDeny, onUnchecked, timeout, arrivedMs };
      return tracing.serve(`review ${about.webhook}`, request.headers, () =>
        admit(deps, options, (signal) => webhook.review(deps, body, { onError, pinNamespace, mode, signal })),
      );
    });
  }
}

/**
 * Makes the HTTPS server that the API server calls.
 * @param leaving once it is aborted, each answer says that its connection closes
 */
export function webhookServer(
  deps: WebhookDeps,
  identity: Identity,
  limits = LIMITS,
  leaving: AbortSignal = new AbortController().signal,
) {
  const handleError = errorHandler(deps.telemetry);
  const app = fastify(fastifyOptions(deps.telemetry.log, handleError, identity, limits))
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(typeBoxValidator);
  const { clients } = identity;
  const connections = limitConnections(app.server, limits.connections, clients !== undefined);
  addConnectionHooks(app, connections);
  const callers: Callers | undefined = clients && checkCallers(app, connections, clients);
  addRefusals(app, handleError);
  const arrivals = addArrivals(app, deps.deadlineMs);
  const bodies = addJsonBodies(app, limits, arrivals);
  addDrainHooks(app, connections, deps.deadlineMs, leaving);
  for (const webhook of WEBHOOKS) addRoutes(app, deps, arrivals, webhook);
  return {
    app,
    connections: () => [...connections.all()].length,
    /** In bytes. */
    bodyMemory: () => bodies.bytes,
    /** Serves another certificate, and checks clients against other authorities, from now on. */
    renew(pair: KeyPair, clientCa: string | undefined): void {
      app.server.setSecureContext(tlsOptions(pair, clientCa));
      if (clientCa !== undefined) callers?.changeCa(clientCa);
    },
  };
}
