import type { V1PolicyRule } from '@kubernetes/client-node';
import { eventually } from '../../../lab/control-plane/eventually.ts';
import { useCluster } from '../../kit/use-cluster.ts';

/** One verb on one resource. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** The names of the objects that it is for. Empty: all objects. */
  readonly names: readonly string[];
}

/** `get configmaps`, `patch secrets/lockstep-certificates`. */
export const nameOf = ({ verb, resource, names }: Right): string =>
  names.length > 0 ? `${verb} ${resource}/${names.join()}` : `${verb} ${resource}`;

/** All single rights that the rules grant. */
export const rightsOf = (rules: readonly V1PolicyRule[]): readonly Right[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames: names = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, names }))),
    ),
  );

/** Rules that grant these rights and nothing else. */
export const rulesOf = (rights: readonly Right[]): V1PolicyRule[] =>
  rights.map(({ verb, group, resource, names }) => ({
    apiGroups: [group],
    resources: [resource],
    ...(names.length > 0 && { resourceNames: [...names] }),
    verbs: [verb],
  }));

/** A role in the cluster, and all rights that the chart gives it. */
export interface Granted {
  /** `clusterrole`, or `role` in lockstep's namespace. */
  readonly kind: 'clusterrole' | 'role';
  readonly rights: readonly Right[];
}

/** Takes one right of a role from lockstep, or gives all back. Resolves when the API server applies the change. */
export async function grant({ kind, rights }: Granted, without?: Right): Promise<void> {
  const patch = JSON.stringify({ rules: rulesOf(rights.filter((each) => each !== without)) });
  await useCluster().kubectlOk([
    '-n',
    'lockstep',
    'patch',
    kind,
    'lockstep',
    '--type=merge',
    '--patch',
    patch,
  ]);
  if (without) return untilAllowed(without, false);
  await Promise.all(rights.map((right) => untilAllowed(right, true)));
}

/** Asks the API server's authorizer, which sees a change of a role a little later. */
async function untilAllowed(right: Right, wanted: boolean): Promise<void> {
  const { verb, group, resource, names } = right;
  const what = [group === '' ? resource : `${resource}.${group}`, ...names].join('/');
  const args = [
    'auth',
    'can-i',
    verb,
    what,
    '-n',
    'lockstep',
    '--as=system:serviceaccount:lockstep:lockstep',
  ];
  await eventually(
    async () => {
      const { stdout } = await useCluster().kubectl(args);
      return stdout.trim() === (wanted ? 'yes' : 'no');
    },
    { what: `the API server ${wanted ? 'granting' : 'refusing'} ${nameOf(right)}` },
  );
}
