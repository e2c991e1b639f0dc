import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyRequest } from 'fastify';
import { type AdmitDeps, admit, type OnError } from '../admission/admit.ts';
import { reviewCeiling } from '../admission/ceiling.ts';
import type { AdmissionDeps } from '../admission/judge.ts';
import { reviewPod } from '../admission/pod.ts';
import type { Outcome } from '../admission/response.ts';
import { CeilingReview, PodReview, ReviewQuery, ScaleReview, TemplateReview } from '../admission/review.ts';
import { reviewScale } from '../admission/scale.ts';
import { reviewTemplate } from '../admission/template.ts';
import { tlsOptions } from '../certificates/files.ts';
import type { KeyPair } from '../certificates/key-pair.ts';
import { parseJson, valuesIn } from './body.ts';
import { boundBodies } from './body-budget.ts';
import { boundConnections, LIMITS, type Limits } from './bounds.ts';
import { closeInTime } from './drain.ts';
import { BODY_LIMIT } from './refusals.ts';
import { refuseConnection, refuseStrays, refuseWith } from './refuse.ts';
import { checkedByTypeBox, withoutAjv } from './schemas.ts';

export type WebhookDeps = AdmitDeps &
  Omit<AdmissionDeps, 'pinNamespace'> & {
    readonly ceiling: boolean;
    /** Where the path does not say. */
    readonly onError: OnError;
  };

/**
 * What the path says of `onError`. The registration sends namespaces that are labelled otherwise than the cluster's
 * default here: so the label need not be read when the API server is what fails, and failurePolicy can follow it.
 */
const ON_ERROR_PATHS = [
  ['', undefined],
  ['/allow', 'allow'],
  ['/deny', 'deny'],
] as const;

/** What the path says of `pin`, in the same way: whether the namespace is labelled `lockstep.dev/pin: enabled`. */
const PIN_PATHS = [
  ['', false],
  ['/pin', true],
] as const;

const SWITCHED_OFF: Outcome = { decision: 'leave', reason: 'switched-off', warnings: [] };

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
    // A call that comes over an open connection while we drain is as good as any other: answered, then closed.
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

  const query = { querystring: ReviewQuery };
  for (const [suffix, asked] of ON_ERROR_PATHS) {
    const onError = asked ?? deps.onError;
    for (const [pinSuffix, pinNamespace] of PIN_PATHS) {
      const reviewing = { ...deps, onError, pinNamespace };
      const path = `${suffix}${pinSuffix}`;
      app.post(`/admission/template${path}`, { schema: { body: TemplateReview, ...query } }, (call) => {
        const { request } = call.body;
        const options = { webhook: 'template', timeout: call.query.timeout, onError } as const;
        return admit(deps, options, request, (signal) => reviewTemplate(reviewing, request, signal));
      });
      app.post(`/admission/scale${path}`, { schema: { body: ScaleReview, ...query } }, (call) => {
        const { request } = call.body;
        const options = { webhook: 'scale', timeout: call.query.timeout, onError } as const;
        return admit(deps, options, request, (signal) => reviewScale(reviewing, request, signal));
      });
    }
    app.post(`/admission/pod${suffix}`, { schema: { body: PodReview, ...query } }, (call) => {
      const { request } = call.body;
      const options = { webhook: 'pod', timeout: call.query.timeout, onError } as const;
      const { pin } = deps;
      return admit(deps, options, request, async (signal) =>
        pin ? reviewPod({ ...deps, pin, onError }, request, signal) : SWITCHED_OFF,
      );
    });
  }
  app.post('/admission/ceiling', { schema: { body: CeilingReview, ...query } }, (call) => {
    const { request } = call.body;
    // Never `deny`: what cannot be checked here is the Deployment controller's, and capacity comes first.
    const options = { webhook: 'ceiling', timeout: call.query.timeout, onError: 'allow' } as const;
    return admit(deps, options, request, async (signal) =>
      deps.ceiling ? reviewCeiling(deps, request, signal) : SWITCHED_OFF,
    );
  });
  return app;
}
