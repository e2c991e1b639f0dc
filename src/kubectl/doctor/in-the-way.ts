import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe, StringMap } from '../../schema.ts';
import type { Session } from '../session.ts';
import { REFUSED, readOr } from './ask-api.ts';
import { type Finding, info, unknown } from './finding.ts';
import { touchesWorkloads } from './registered.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const Rules = maybe(Type.Array(Type.Object({ resources: maybe(Type.Array(Type.String())) })));
const metadata = Type.Object({ name: Type.String(), labels: maybe(StringMap) });

const asWebhooks = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata,
        webhooks: maybe(Type.Array(Type.Object({ name: Type.String(), rules: Rules }))),
      }),
    ),
  }),
);
const asPolicies = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata,
        spec: Type.Object({ matchConstraints: maybe(Type.Object({ resourceRules: Rules })) }),
      }),
    ),
  }),
);

type Labels = Readonly<Record<string, string>> | null | undefined;

/** The chart's own policies let its writes pass. */
const isOwn = (labels: Labels): boolean =>
  labels?.['app.kubernetes.io/name'] === 'lockstep' ||
  labels?.['helm.sh/chart']?.startsWith('lockstep-') === true;

const webhooksIn = (body: unknown): readonly string[] =>
  asWebhooks.Check(body)
    ? body.items
        .filter((each) => !isOwn(each.metadata.labels))
        .flatMap(({ webhooks }) => webhooks ?? [])
        .filter(({ rules }) => touchesWorkloads(rules ?? []))
        .map(({ name }) => name)
    : [];

const policiesIn = (body: unknown): readonly string[] =>
  asPolicies.Check(body)
    ? body.items
        .filter((each) => !isOwn(each.metadata.labels))
        .filter(({ spec }) => touchesWorkloads(spec.matchConstraints?.resourceRules ?? []))
        .map((each) => each.metadata.name)
    : [];

/** Who else has a say in what lockstep writes: each resource, and what it may do. */
const OTHERS = [
  {
    resource: 'validatingwebhookconfigurations',
    what: 'webhooks may refuse what lockstep writes',
    in: webhooksIn,
  },
  {
    resource: 'validatingadmissionpolicies',
    what: 'policies may refuse what lockstep writes',
    in: policiesIn,
  },
  { resource: 'mutatingadmissionpolicies', what: 'policies may change what lockstep writes', in: policiesIn },
] as const;

/** What stands around lockstep's writes: it may be the reason why one is refused or changed. */
export async function inTheWayFindings(session: Session): Promise<readonly Finding[]> {
  const found = await Promise.all(
    OTHERS.map(async ({ resource, what, in: namesIn }): Promise<Finding[]> => {
      const list = await readOr(session, `${GROUP}/${resource}`, resource);
      if (list === REFUSED) return [unknown(what, `you may not list ${resource}`)];
      const names = namesIn(list?.body);
      return names.length > 0 ? [info(what, names.join(', '))] : [];
    }),
  );
  return found.flat();
}
