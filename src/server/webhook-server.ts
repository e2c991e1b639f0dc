import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import { type AdmitDeps, admit, type OnError } from '../admission/admit.ts';
import { reviewCeiling } from '../admission/ceiling.ts';
import type { AdmissionDeps } from '../admission/judge.ts';
import { CeilingReview, ReviewQuery, ScaleReview, TemplateReview } from '../admission/review.ts';
import { reviewScale } from '../admission/scale.ts';
import { reviewTemplate } from '../admission/template.ts';
import { traceOf } from '../errors.ts';
import { type CertificatePair, tlsOptions } from './certificate.ts';

export type WebhookDeps = AdmitDeps &
  AdmissionDeps & {
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

/** Object and oldObject of up to 3 MiB each (etcd's limit on a request, roughly, twice), and the envelope. */
const BODY_LIMIT = 7 * 1024 * 1024;

/** The API server keeps idle connections for 90 s: ours must live longer, or a call meets a closed one. */
const KEEP_ALIVE_MS = 95_000;

/** The longest timeoutSeconds that a webhook may have is 30. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTPS server that the API server calls. */
export function webhookServer(deps: WebhookDeps, pair: CertificatePair) {
  const app = fastify({
    https: tlsOptions(pair),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Take what is sent or refuse it: nothing is coerced, dropped or filled in.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setErrorHandler((error, request, reply) => {
    const known = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    const status = known >= 400 && known < 500 ? known : 500;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
    const message =
      status < 500 && error instanceof Error ? error.message : 'an error inside lockstep, see its log';
    const err = status < 500 ? message : traceOf(error);
    deps.log[status < 500 ? 'warn' : 'error'](
      { path: request.routeOptions.url, code, err },
      'review refused',
    );
    return reply.code(status).send({ code, message });
  });

  const query = { querystring: ReviewQuery };
  for (const [suffix, onError] of ON_ERROR_PATHS) {
    const options = { onError: onError ?? deps.onError };
    app.post(`/admission/template${suffix}`, { schema: { body: TemplateReview, ...query } }, (call) => {
      const { request } = call.body;
      return admit(
        deps,
        { webhook: 'template', timeout: call.query.timeout, ...options },
        request,
        (signal) => reviewTemplate(deps, request, signal),
      );
    });
    app.post(`/admission/scale${suffix}`, { schema: { body: ScaleReview, ...query } }, (call) => {
      const { request } = call.body;
      return admit(deps, { webhook: 'scale', timeout: call.query.timeout, ...options }, request, (signal) =>
        reviewScale(deps, request, signal),
      );
    });
  }
  app.post('/admission/ceiling', { schema: { body: CeilingReview, ...query } }, (call) => {
    const { request } = call.body;
    // Never `deny`: what cannot be checked here is the Deployment controller's, and capacity comes first.
    const options = { webhook: 'ceiling', timeout: call.query.timeout, onError: 'allow' } as const;
    return admit(deps, options, request, async (signal) =>
      deps.ceiling
        ? reviewCeiling(deps, request, signal)
        : { decision: 'leave', reason: 'switched-off', warnings: [] },
    );
  });
  return app;
}
