import { WORKLOAD_KINDS, type WorkloadKinds } from '../workloads/kinds.ts';

/**
 * What the owner of a cluster can switch on: resources, as paths of the API have them. `jobs` is no row of the
 * table of kinds, because the template of a Job never changes.
 */
export const WORKLOAD_RESOURCES = ['deployments', 'statefulsets', 'daemonsets', 'jobs', 'rollouts'] as const;
export type WorkloadResource = (typeof WORKLOAD_RESOURCES)[number];

/** All but Rollouts: many clusters have no such kind. */
export const DEFAULT_WORKLOADS = ['deployments', 'statefulsets', 'daemonsets', 'jobs'] as const;

/** The rows of the kinds that are on. lockstep asks the API server for no workload of another kind. */
export function kindsOn(on: readonly WorkloadResource[], kinds = WORKLOAD_KINDS): WorkloadKinds {
  return kinds.filter(({ resource }) => on.some((each) => each === resource));
}

/**
 * Whether an object, such as the owner of a copy, is a workload of a kind that is off. lockstep does not list
 * such workloads, so it does not know what they still need.
 */
export function isOfKindOff(
  on: WorkloadKinds,
  object: { readonly apiVersion: string; readonly kind: string },
  kinds = WORKLOAD_KINDS,
): boolean {
  const isRow = (row: WorkloadKinds[number]) =>
    row.kind === object.kind && object.apiVersion.startsWith(`${row.group}/`);
  return kinds.some(isRow) && !on.some(isRow);
}
