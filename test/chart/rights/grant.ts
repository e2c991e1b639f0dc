import { eventually } from '../../../lab/control-plane/eventually.ts';
import { nameOf, type Right, rulesOf } from '../../kit/chart/rights.ts';
import { useCluster } from '../../kit/use-cluster.ts';

/** A role in the cluster, and all rights that the chart gives it. */
export interface Granted {
  /** `clusterrole`, or `role` in lockstep's namespace. */
  readonly kind: 'clusterrole' | 'role';
  readonly rights: readonly Right[];
}

/**
 * Takes one right of a role from lockstep, or gives all back. Resolves when the API server applies the
 * change.
 */
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
