import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import { type AdmitDeps, admit } from '../admission/admit.ts';
import { reviewCeiling } from '../admission/ceiling.ts';
import type { AdmissionDeps } from '../admission/judge.ts';
import { CeilingReview, ReviewQuery, ScaleReview, TemplateReview } from '../admission/review.ts';
import { reviewScale } from '../admission/scale.ts';
import { reviewTemplate } from '../admission/template.ts';
import { traceOf } from '../errors.ts';
import { type CertificatePair, tlsOptions } from './certificate.ts';

export type WebhookDeps = AdmitDeps & AdmissionDeps & { readonly ceiling: boolean };

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

  app.post('/admission/template', { schema: { body: TemplateReview, querystring: ReviewQuery } }, (call) =>
    admit(deps, 'template', call.body.request, call.query.timeout, (signal) =>
      reviewTemplate(deps, call.body.request, signal),
    ),
  );
  app.post('/admission/scale', { schema: { body: ScaleReview, querystring: ReviewQuery } }, (call) =>
    admit(deps, 'scale', call.body.request, call.query.timeout, (signal) =>
      reviewScale(deps, call.body.request, signal),
    ),
  );
  app.post('/admission/ceiling', { schema: { body: CeilingReview, querystring: ReviewQuery } }, (call) =>
    admit(deps, 'ceiling', call.body.request, call.query.timeout, async (signal) =>
      deps.ceiling
        ? reviewCeiling(deps, call.body.request, signal)
        : { decision: 'leave', reason: 'switched-off', warnings: [] },
    ),
  );
  return app;
}
