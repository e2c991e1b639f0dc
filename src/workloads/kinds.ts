import { DEPLOYMENT, Deployment } from './deployment.ts';
import { apiVersionOf, type WorkloadKind } from './workload.ts';

/** The kinds of workload that lockstep keeps in step. */
export type WorkloadKinds = readonly WorkloadKind[];

/** Every kind that this version knows: one row each. */
export const WORKLOAD_KINDS: WorkloadKinds = [DEPLOYMENT];

/** The kinds of object that keep the templates which workloads had. */
export const REVISION_KINDS: readonly string[] = WORKLOAD_KINDS.flatMap(({ revisions }) => revisions ?? []);

/** The schema of an object of any of these kinds: with a second row a union. */
export const AnyWorkload = Deployment;

/** The kind of objects with this apiVersion and kind. */
export function kindOfObject(
  kinds: WorkloadKinds,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): WorkloadKind | undefined {
  return kinds.find((row) => row.kind === kind && apiVersionOf(row) === apiVersion);
}

/**
 * The kind that the API has at this resource.
 * @param at an API server always says it; where nothing is said, the first kind is meant
 */
export function kindOfResource(
  kinds: WorkloadKinds,
  at: { readonly group: string; readonly resource: string } | null | undefined,
): WorkloadKind | undefined {
  if (!at) return kinds[0];
  return kinds.find((row) => row.resource === at.resource && row.group === at.group);
}
