import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { unlessAborted } from '../abort.ts';
import { type AskDeps, answerTo } from '../assessments/ask.ts';
import { type Caller, callerOf } from '../assessments/caller.ts';
import {
  apiGroup,
  apiGroupList,
  apiResourceList,
  type FailureCode,
  failure,
} from '../assessments/documents.ts';
import type { FrontProxy } from '../assessments/front-proxy.ts';
import { API_VERSION, ASKABLE, GROUP, SUBRESOURCE } from '../assessments/shape.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { tlsOptions } from '../certificates/tls.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { hasBody } from './admin-server.ts';
import { askingLine } from './asking-line.ts';
import { ASSESS_LIMITS } from './bounds.ts';
import { checkCallers } from './callers.ts';
import { limitConnections } from './connections.ts';
import { addDrainHooks } from './drain.ts';
import { failureFor } from './failure-for.ts';
import { Refusal } from './refusals.ts';
import { addRefusals, clientErrorHandler, errorHandler } from './refuse.ts';
import { withoutAjv } from './schemas.ts';

export interface AssessServerDeps extends AskDeps {
  readonly telemetry: Telemetry<'countRefusal'>;
  /** The longest that an answer may take, in milliseconds. */
  readonly deadlineMs: number;
}

const optionsOf = (pair: KeyPair, { ca }: FrontProxy) => ({
  https: {
    ...tlsOptions(pair, ca),
    requestCert: true,
    // A client that is not trusted is refused over HTTP, with a reason.
    rejectUnauthorized: false,
    handshakeTimeout: ASSESS_LIMITS.handshakeMs,
    headersTimeout: ASSESS_LIMITS.idleMs,
    requestTimeout: ASSESS_LIMITS.idleMs,
    connectionsCheckingInterval: ASSESS_LIMITS.checkMs,
    maxHeaderSize: ASSESS_LIMITS.headerBytes,
    requireHostHeader: false,
  },
  keepAliveTimeout: ASSESS_LIMITS.idleMs,
  requestTimeout: ASSESS_LIMITS.idleMs,
  connectionTimeout: ASSESS_LIMITS.idleMs,
  handlerTimeout: ASSESS_LIMITS.requestMs,
  return503OnClosing: false,
  schemaController: withoutAjv,
});

function addLimits(app: FastifyInstance, connections: ReturnType<typeof limitConnections>): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (!connections.begin(raw.socket, reply.raw)) throw new Refusal('REQUEST_PIPELINED');
    if (hasBody(raw.headers)) throw new Refusal('HTTP_MALFORMED');
  });
  app.addHook('preHandler', async ({ raw }) => {
    connections.accept(raw.socket);
  });
}

const fail = (reply: FastifyReply, code: FailureCode, message: string) => {
  if (code === 429) void reply.header('retry-after', '1');
  return reply.code(code).send(failure(code, message));
};

interface Asked {
  readonly Params: { readonly namespace: string; readonly resource: string; readonly name: string };
  readonly Querystring: { readonly operation?: unknown };
}

/** Adds the path of assessments. */
function addAssessments(
  app: FastifyInstance,
  deps: AssessServerDeps,
  headers: () => FrontProxy['headers'],
): void {
  const line = askingLine();
  app.get<Asked>(
    `/apis/${API_VERSION}/namespaces/:namespace/:resource/:name/${SUBRESOURCE}`,
    async (request, reply) => {
      const { params, query, raw } = request;
      const caller: Caller | undefined = callerOf(raw.headersDistinct, headers());
      if (!caller) return fail(reply, 401, 'the request does not say who asks');
      const kind = deps.kinds.find(({ resource }) => resource === params.resource);
      if (!kind) return fail(reply, 404, `lockstep does not act on ${params.resource}`);
      const operation = ASKABLE.find((each) => each === (query.operation ?? 'scale'));
      if (!operation) return fail(reply, 400, `operation is one of ${ASKABLE.join(', ')}`);
      const left = new AbortController();
      reply.raw.once('close', () => left.abort());
      const signal = AbortSignal.any([left.signal, AbortSignal.timeout(deps.deadlineMs)]);
      const { namespace, name } = params;
      const subject = `${kind.resource}.${kind.group} "${name}"`;
      try {
        const answer = await line(caller.user, signal, () =>
          unlessAborted(answerTo(deps, caller, { kind, namespace, name, operation }, signal), signal),
        );
        if (answer === 'forbidden')
          return fail(reply, 403, `${subject} is forbidden: you may not get it in namespace ${namespace}`);
        if (answer === 'gone') return fail(reply, 404, `${subject} not found`);
        return answer;
      } catch (error) {
        const { code, message } = failureFor(error, deps.telemetry.log);
        return fail(reply, code, message);
      }
    },
  );
}

/**
 * Makes the HTTPS server of the aggregated API. Only the API server's front proxy may call it, and only its word on
 * who asks is believed.
 * @param leaving once it is aborted, each answer says that its connection closes
 */
export function assessServer(
  deps: AssessServerDeps,
  identity: { readonly pair: KeyPair; readonly proxy: FrontProxy; now(): number },
  leaving: AbortSignal = new AbortController().signal,
) {
  let { proxy } = identity;
  const handleError = errorHandler(deps.telemetry);
  const app = fastify({
    ...optionsOf(identity.pair, proxy),
    frameworkErrors: handleError,
    clientErrorHandler: clientErrorHandler(deps.telemetry.log),
  });
  const connections = limitConnections(app.server, ASSESS_LIMITS.connections, true);
  const namesOf = ({ names }: FrontProxy) => (names.length > 0 ? names : 'any');
  addLimits(app, connections);
  const callers = checkCallers(app, connections, {
    ca: proxy.ca,
    names: namesOf(proxy),
    refusal: 'PROXY_UNTRUSTED',
    now: identity.now,
  });
  addRefusals(app, handleError);
  addDrainHooks(app, connections, deps.deadlineMs, leaving);
  app.get('/apis', apiGroupList);
  app.get(`/apis/${GROUP}`, apiGroup);
  app.get(`/apis/${API_VERSION}`, () => apiResourceList(deps.kinds));
  addAssessments(app, deps, () => proxy.headers);
  return {
    app,
    /** Serves another certificate, and believes another front proxy, from now on. */
    renew(pair: KeyPair, next: FrontProxy): void {
      app.server.setSecureContext(tlsOptions(pair, next.ca));
      proxy = next;
      callers.changeCa(next.ca, namesOf(next));
    },
  };
}
