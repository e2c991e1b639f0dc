import { Type } from 'typebox';
import { apart } from '../schema.ts';
import { DAEMON_SET, DaemonSet } from './daemon-set.ts';
import { DEPLOYMENT, Deployment } from './deployment.ts';
import { ROLLOUT, Rollout } from './rollout.ts';
import { STATEFUL_SET, StatefulSet } from './stateful-set.ts';
import { apiVersionOf, type WorkloadKind } from './workload.ts';

/** The kinds of workload that lockstep keeps in step. */
export type WorkloadKinds = readonly WorkloadKind[];

/** Every kind that this version knows, one row each. */
export const WORKLOAD_KINDS: WorkloadKinds = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET, ROLLOUT];

/** The kinds that every cluster has. */
export const BUILT_IN_KINDS: WorkloadKinds = WORKLOAD_KINDS.filter(({ isCustom }) => !isCustom);

/** The kinds of object that keep the earlier templates of workloads. */
export const REVISION_KINDS: readonly string[] = [
  ...new Set(WORKLOAD_KINDS.flatMap(({ revisions }) => revisions ?? [])),
];

/** The schema of an object of any of these kinds. */
export const AnyWorkload = apart(Type.Union([Deployment, StatefulSet, DaemonSet, Rollout]));

/** The row of the objects with this apiVersion and kind. */
export function kindOfObject(
  kinds: WorkloadKinds,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): WorkloadKind | undefined {
  return kinds.find((row) => row.kind === kind && apiVersionOf(row) === apiVersion);
}

/**
 * The row of the kind that the API serves at this resource.
 * @param at an API server always sets it. Without it the first kind is meant
 */
export function kindOfResource(
  kinds: WorkloadKinds,
  at: { readonly group: string; readonly resource: string } | null | undefined,
): WorkloadKind | undefined {
  if (!at) return kinds[0];
  return kinds.find((row) => row.resource === at.resource && row.group === at.group);
}
