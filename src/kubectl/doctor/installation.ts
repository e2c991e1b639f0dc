import { X509Certificate } from 'node:crypto';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../../schema.ts';
import { type Finding, info, ok, problem, unknown, warning } from './finding.ts';

const Webhook = Type.Object({
  name: Type.String(),
  failurePolicy: maybe(Type.String()),
  clientConfig: Type.Object({ caBundle: maybe(Type.String()) }),
  rules: maybe(Type.Array(Type.Object({ resources: maybe(Type.Array(Type.String())) }))),
});
const Registration = Type.Object({
  metadata: Type.Object({ name: Type.String(), labels: maybe(Type.Record(Type.String(), Type.String())) }),
  webhooks: maybe(Type.Array(Webhook)),
});
const asList = Compile(Type.Object({ items: Type.Array(Registration) }));

const isOurs = (name: string): boolean => name.endsWith('.lockstep.dev');
/** `template-enabled-deny.lockstep.dev` -> `template` */
const roleOf = (name: string): string => name.replace(/\.lockstep\.dev$/, '').split('-')[0] ?? '';

/** A certificate authority whose end is nearer than this is a warning. */
const NEAR_MS = 7 * 24 * 3600 * 1000;

function caFinding(name: string, bundle: string | null | undefined, nowMs: number): Finding {
  const check = `${name}: its caBundle is good`;
  if (!bundle)
    return problem(
      check,
      'it is empty, so the API server trusts no certificate of lockstep',
      'see docs/operations.md, Certificates',
    );
  const pems = Buffer.from(bundle, 'base64')
    .toString('utf8')
    .match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs);
  try {
    const ends = (pems ?? []).map((pem) => Date.parse(new X509Certificate(pem).validTo));
    const last = Math.max(...ends);
    if (ends.length === 0)
      return problem(check, 'it holds no certificate', 'see docs/operations.md, Certificates');
    const until = new Date(last).toISOString();
    if (last < nowMs) return problem(check, `it ended at ${until}`, 'see docs/operations.md, Certificates');
    return last - nowMs < NEAR_MS
      ? warning(check, `it ends soon, at ${until}`)
      : ok(check, `good until ${until}`);
  } catch {
    return problem(check, 'it is no PEM certificate', 'see docs/operations.md, Certificates');
  }
}

/**
 * The checks of the registration: lockstep's webhooks are there, and the API server can trust them.
 * @param body the list of MutatingWebhookConfigurations
 */
export function registrationFindings(body: unknown, nowMs: number): Finding[] {
  const check = 'lockstep is registered as a webhook';
  if (!asList.Check(body)) return [unknown(check, 'the list of registrations is of an unknown shape')];
  const all = body.items.flatMap(({ metadata, webhooks }) =>
    (webhooks ?? []).map((webhook) => ({ registration: metadata.name, ...webhook })),
  );
  const ours = all.filter(({ name }) => isOurs(name));
  if (ours.length === 0)
    return [
      problem(
        check,
        'no MutatingWebhookConfiguration has a webhook of lockstep',
        'helm upgrade --install lockstep ...',
      ),
    ];
  const roles = new Set(ours.map(({ name }) => roleOf(name)));
  const missing = ['template', 'scale'].filter((role) => !roles.has(role));
  const registrations = [...new Set(ours.map(({ registration }) => registration))];
  const byBundle = new Map(ours.map(({ name, clientConfig }) => [clientConfig.caBundle ?? '', name]));
  const others = all.filter(({ name, rules }) => !isOurs(name) && touchesWorkloads(rules ?? []));
  return [
    ok(check, `${registrations.join(', ')}: ${[...roles].sort().join(', ')}`),
    ...missing.map((role) =>
      warning(
        `the webhook "${role}" is registered`,
        'it is not: the chart has it switched off, or somebody has removed it',
      ),
    ),
    ...[...byBundle].map(([bundle, name]) => caFinding(name, bundle, nowMs)),
    ...(others.length === 0
      ? []
      : [info('other webhooks may write the same workloads', others.map(({ name }) => name).join(', '))]),
  ];
}

const touchesWorkloads = (rules: readonly { resources?: string[] | null | undefined }[]): boolean =>
  rules.some(({ resources }) =>
    (resources ?? []).some((each) =>
      ['*', '*/*', 'deployments', 'statefulsets', 'daemonsets', 'pods'].includes(each),
    ),
  );

const asPods = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        spec: Type.Object({ containers: Type.Array(Type.Object({ image: maybe(Type.String()) })) }),
        status: maybe(
          Type.Object({
            conditions: maybe(Type.Array(Type.Object({ type: Type.String(), status: Type.String() }))),
          }),
        ),
      }),
    ),
  }),
);

/**
 * The checks of lockstep's own pods: they are ready, and all of one version.
 * @param body the list of its pods
 */
export function replicasFindings(body: unknown, namespace: string): Finding[] {
  const check = 'lockstep runs';
  if (!asPods.Check(body)) return [unknown(check, 'the list of its pods is of an unknown shape')];
  const { items } = body;
  const mend = `kubectl --namespace ${namespace} get pods`;
  if (items.length === 0) return [problem(check, `it has no pod in namespace ${namespace}`, mend)];
  const ready = items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  const images = new Set(items.map(({ spec }) => spec.containers[0]?.image ?? ''));
  const count = `${ready.length} of ${items.length} replicas are ready`;
  return [
    ready.length === 0
      ? problem(check, count, mend)
      : ready.length < items.length
        ? warning(check, count, mend)
        : ok(check, count),
    images.size === 1
      ? ok('its replicas are of one version', [...images].join(', '))
      : warning(
          'its replicas are of one version',
          `they are not: ${[...images].join(', ')}`,
          `kubectl --namespace ${namespace} rollout status deployment`,
        ),
  ];
}
