import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe, StringMap } from '../../schema.ts';

const Words = maybe(Type.Array(Type.String()));
const Webhook = Type.Object({
  name: Type.String(),
  failurePolicy: maybe(Type.String()),
  clientConfig: Type.Object({
    caBundle: maybe(Type.String()),
    service: maybe(Type.Object({ namespace: Type.String(), name: Type.String() })),
  }),
  rules: maybe(Type.Array(Type.Object({ operations: Words, apiGroups: Words, resources: Words }))),
});
const Registration = Type.Object({
  metadata: Type.Object({ name: Type.String(), labels: maybe(StringMap) }),
  webhooks: maybe(Type.Array(Webhook)),
});
const asList = Compile(Type.Object({ items: Type.Array(Registration) }));

/** A webhook, and where it is registered. */
export type Registered = Static<typeof Webhook> & { readonly registration: string; readonly ours: boolean };

const SUFFIX = /\.lockstep\.dev$/;
export const hasOurName = (name: string): boolean => SUFFIX.test(name);

/** The words of a webhook's name: `template-enabled-deny.lockstep.dev` -> `template`, `enabled`, `deny` */
export const wordsOf = ({ name }: Pick<Registered, 'name'>): readonly string[] =>
  name.replace(SUFFIX, '').split('-');
/** `template` */
export const roleOf = (webhook: Pick<Registered, 'name'>): string => wordsOf(webhook)[0] ?? '';

/**
 * The chart labels its registration, whatever the release is called. Others lead to the Service in lockstep's
 * namespace.
 */
function isOurs(
  { metadata }: Static<typeof Registration>,
  webhook: Static<typeof Webhook>,
  namespace: string,
) {
  if (!SUFFIX.test(webhook.name)) return false;
  const { 'app.kubernetes.io/name': app, 'helm.sh/chart': chart } = metadata.labels ?? {};
  return (
    app === 'lockstep' ||
    chart?.startsWith('lockstep-') === true ||
    webhook.clientConfig.service?.namespace === namespace
  );
}

const WORKLOADS = ['*', '*/*', 'deployments', 'statefulsets', 'daemonsets', 'pods', 'configmaps', 'secrets'];

/** Whether rules are about what lockstep writes: workloads, pods, and copies. */
export const touchesWorkloads = (
  rules: readonly { readonly resources?: readonly string[] | null | undefined }[],
): boolean => rules.some(({ resources }) => (resources ?? []).some((each) => WORKLOADS.includes(each)));

/**
 * All webhooks of a list of registrations. Undefined: it is of an unknown shape.
 * @param namespace lockstep's own
 */
export function registeredIn(body: unknown, namespace: string): readonly Registered[] | undefined {
  if (!asList.Check(body)) return undefined;
  return body.items.flatMap((registration) =>
    (registration.webhooks ?? []).map((webhook) => ({
      ...webhook,
      registration: registration.metadata.name,
      ours: isOurs(registration, webhook, namespace),
    })),
  );
}
