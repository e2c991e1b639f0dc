import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../../schema.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import { kindsOf, type Session } from '../session.ts';
import { mayAccount, REFUSED, type Right } from './ask-api.ts';
import { type Finding, ok, problem, unknown } from './finding.ts';

/** Who lockstep is, as its pods say. */
export interface Own {
  readonly serviceAccount: string;
  /** The Lease with which its replicas agree on a leader. Undefined: they need none, or it is not known. */
  readonly lease: { readonly namespace: string; readonly name: string } | undefined;
}

const asPods = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        spec: Type.Object({
          serviceAccountName: maybe(Type.String()),
          containers: Type.Array(Type.Object({ args: maybe(Type.Array(Type.String())) })),
        }),
      }),
    ),
  }),
);

const LEASE = '--lease=';

/** @param body the list of lockstep's pods. Where there are none, its ServiceAccount has the chart's usual name */
export function ownOf(body: unknown): Own {
  const spec = asPods.Check(body) ? body.items[0]?.spec : undefined;
  const args = spec?.containers.flatMap((container) => container.args ?? []) ?? [];
  const [namespace, name] = args
    .find((arg) => arg.startsWith(LEASE))
    ?.slice(LEASE.length)
    .split('/') ?? [undefined, undefined];
  return {
    serviceAccount: spec?.serviceAccountName || 'lockstep',
    lease: namespace && name ? { namespace, name } : undefined,
  };
}

/** What lockstep does with sources: it reads them, watches for edits, and makes, owns and sweeps copies. */
function sourceVerbs({ policy }: Pick<ClusterPolicy, 'policy'>, resource: string): readonly string[] {
  return [
    'get',
    ...(policy.pin.enabled ? ['list', 'create', 'patch', 'delete'] : []),
    // Whether Secrets are watched is not published.
    ...(policy.edit && resource === 'configmaps' ? ['watch'] : []),
  ];
}

/** The rights that lockstep needs in the namespaces that it acts in. The chart's README has all of them. */
export function rightsNeeded(cluster: ClusterPolicy): readonly Right[] {
  const { policy } = cluster;
  const sources = ['configmaps', ...(policy.secrets ? ['secrets'] : [])];
  const workloadVerbs = [
    'get',
    'patch',
    ...(policy.pin.enabled ? ['list'] : []),
    ...(policy.edit ? ['watch'] : []),
  ];
  return [
    ...kindsOf(cluster).flatMap(({ group, resource }) =>
      workloadVerbs.map((verb) => ({ verb, group, resource })),
    ),
    ...sources.flatMap((resource) =>
      sourceVerbs(cluster, resource).map((verb) => ({ verb, group: '', resource })),
    ),
    { verb: 'list', group: 'apps', resource: 'replicasets' },
    { verb: 'list', group: '', resource: 'pods' },
    { verb: 'create', group: 'events.k8s.io', resource: 'events' },
  ];
}

const leaseRights = ({ lease }: Own): readonly Right[] =>
  lease
    ? ['get', 'patch'].map((verb) => ({ verb, group: 'coordination.k8s.io', resource: 'leases', ...lease }))
    : [];

/** Whether lockstep's ServiceAccount has the rights that it needs, as lockstep is set up. */
export async function rightsFinding(session: Session, cluster: ClusterPolicy, own: Own): Promise<Finding> {
  const check = 'lockstep has the rights that it needs';
  const { serviceAccount } = own;
  // With a list of namespaces, lockstep has the same rights in each of them.
  const [namespace] = cluster.policy.scope.only;
  const inNamespaces = rightsNeeded(cluster).map((right) => ({ ...right, ...(namespace && { namespace }) }));
  const account = { namespace: session.lockstepNamespace, name: serviceAccount };
  const asked = await Promise.all(
    [...inNamespaces, ...leaseRights(own)].map(async (right) => ({
      right,
      allowed: await mayAccount(session, account, right),
    })),
  );
  if (asked.some(({ allowed }) => allowed === REFUSED))
    return unknown(check, 'you may not ask for the rights of others');
  const lacking = asked
    .filter(({ allowed }) => allowed === false)
    .map(({ right: { verb, resource } }) => `${verb} ${resource}`);
  if (lacking.length === 0) return ok(check, `${asked.length} rights of serviceaccount/${serviceAccount}`);
  return problem(
    check,
    `serviceaccount/${serviceAccount} may not ${lacking.join(', ')}`,
    'helm upgrade: the chart grants them',
  );
}
