import { issueCertificates } from '../../certs/issue.ts';
import { ownPatches } from '../../src/admission/own-patches.ts';
import { formatsWith } from '../../src/digest/format.ts';
import { LockstepError, messageOf } from '../../src/errors.ts';
import type { SourceReading, Sources, Workloads } from '../../src/in-step/ports.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { LIMITS, type Limits } from '../../src/server/bounds.ts';
import { type Identity, type WebhookDeps, webhookServer } from '../../src/server/webhook-server.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { deployment } from '../kit/deployments.ts';
import { ceilingSettings } from '../kit/reviews.ts';

export const pairUntil = (notAfter: number) =>
  issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter: new Date(notAfter) });
export const valid = () => pairUntil(Date.now() + 3_600_000);

export const refused: Sources['digest'] = () =>
  Promise.reject(new LockstepError('API_REFUSED', 'the API server answered 403'));
export const never = () => new Promise<never>(() => undefined);

/** A source as a read returns it. */
export const READING: SourceReading = {
  digest: 'ab'.repeat(32),
  malformedIgnore: undefined,
  missingKeys: [],
  isTrustBundle: false,
  immutableSince: undefined,
};

/** The webhook's server in this process, on made-up reads. `lines` is its log. */
export async function server(
  overrides: Partial<WebhookDeps> & {
    digest?: Sources['digest'];
    limits?: Partial<Limits>;
    leaving?: AbortSignal;
    metrics?: Metrics;
    identity?: Identity;
  } = {},
) {
  const {
    digest = () => Promise.resolve(READING),
    limits = {},
    leaving,
    metrics = createMetrics(),
    identity = { pair: await valid(), clients: undefined },
    ...rest
  } = overrides;
  const workloads: Workloads = {
    read: never,
    patch: never,
    exists: never,
    presentRevision: never,
    orphan: () => Promise.resolve(undefined),
    runner: () => Promise.resolve(undefined),
    pods: never,
    hasRevision: never,
  };
  const sources: Sources = { digest, times: () => Promise.resolve(undefined) };
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const deps: WebhookDeps = {
    sources,
    workloads,
    mode: 'enforce',
    injectDefault: 'enabled',
    defaults: { secrets: false, include: true, ignore: [], rollOn: OPERATIONS },
    inDoubt: 'roll',
    pinExclude: [],
    formats: formatsWith(),
    copies: undefined,
    jobs: undefined,
    namespaces: { disabledAreFiltered: true, read: () => Promise.resolve(undefined) },
    replicaSets: { read: never, successor: never },
    revisions: { read: never },
    events: { record: never, later: () => undefined },
    ownPatches: ownPatches(),
    kinds: WORKLOAD_KINDS,
    scope: { excluded: ['kube-system'], only: [] },
    onError: 'allow',
    deadlineMs: 100,
    ceiling: ceilingSettings(),
    telemetry: { log, metrics, reasonOf: messageOf },
    ...rest,
  };
  const { app, renew } = webhookServer(deps, identity, { ...LIMITS, ...limits }, leaving);
  const post = (url: string, payload: unknown, type = 'application/json') =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': type },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  const listen = async () => {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  };
  return { app, post, listen, renew, lines };
}

export const review = (request: object) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request,
});
export const create = review({ uid: 'u1', namespace: 'n', operation: 'CREATE', object: deployment({}) });
