import { CONTROLLER_REVISION_HASH } from './controller-revision.ts';
import { kindOfObject, WORKLOAD_KINDS, type WorkloadKinds } from './kinds.ts';
import { anyControllerOf, controllerOf, type OwnedMeta } from './replica-set.ts';

/** An object that controls others. */
export interface Controller {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What keeps the template of a pod, as the pod says. Anybody may invent a pod, and what it names. */
export type NamedRevision =
  | { readonly kind: 'ReplicaSet'; readonly name: string; readonly uid: string }
  /** A pod does not say the uid. `of` controls the revision, and the pod. */
  | { readonly kind: 'ControllerRevision'; readonly name: string; readonly of: Controller };

/** Where a pod comes from. */
export interface PodOrigin {
  readonly controller: Controller;
  readonly revision: NamedRevision;
  /** As `WorkloadKind.refusedPodBlocks`. */
  readonly refusedPodBlocks: boolean;
}

/** The origin of a pod. `none`: nothing keeps its template. `kind-off`: only kinds that are off make such pods. */
export function originOf(metadata: OwnedMeta, kinds: WorkloadKinds): PodOrigin | 'none' | 'kind-off' {
  const { labels } = metadata;
  const replicaSet = controllerOf(metadata, 'ReplicaSet');
  if (replicaSet) {
    if (!kinds.some(({ revisions }) => revisions === 'ReplicaSet')) return 'kind-off';
    const { name, uid } = replicaSet;
    const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid };
    return { controller, revision: { kind: 'ReplicaSet', name, uid }, refusedPodBlocks: false };
  }
  const controller = anyControllerOf(metadata);
  const { apiVersion, kind, name, uid } = controller ?? {};
  const label = labels?.[CONTROLLER_REVISION_HASH];
  if (!apiVersion || !kind || !name || !uid || !label) return 'none';
  const row = kindOfObject(WORKLOAD_KINDS, { apiVersion, kind });
  if (row?.revisions !== 'ControllerRevision') return 'none';
  if (!kinds.includes(row)) return 'kind-off';
  const of = { apiVersion, kind, name, uid };
  const revisionName = row.revisionLabel === 'name' ? label : `${name}-${label}`;
  return {
    controller: of,
    revision: { kind: 'ControllerRevision', name: revisionName, of },
    refusedPodBlocks: row.refusedPodBlocks ?? false,
  };
}
