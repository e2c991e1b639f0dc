import { type Static, Type } from 'typebox';
import { maybe, StringMap } from '../schema.ts';
import { CONTROLLER_REVISION_HASH } from '../workloads/controller-revision.ts';
import { LabelSelector } from '../workloads/label-selector.ts';
import { isObserved } from '../workloads/observed.ts';
import { Ordinals, partitionOrdinal, UpdateStrategy } from '../workloads/ordinals.ts';
import { anyControllerOf, OwnedMeta } from '../workloads/replica-set.ts';

/** The part of an apps/v1 StatefulSet that tells whether one of its pods blocks its rollout. */
export const RollingSet = Type.Object({
  metadata: OwnedMeta,
  spec: Type.Object({
    replicas: maybe(Type.Integer()),
    template: maybe(Type.Object({ metadata: maybe(Type.Object({ annotations: maybe(StringMap) })) })),
    podManagementPolicy: maybe(Type.String()),
    ordinals: Ordinals,
    updateStrategy: UpdateStrategy,
    selector: LabelSelector,
  }),
  status: maybe(
    Type.Object({
      observedGeneration: maybe(Type.Integer()),
      replicas: maybe(Type.Integer()),
      readyReplicas: maybe(Type.Integer()),
      updatedReplicas: maybe(Type.Integer()),
      updateRevision: maybe(Type.String()),
    }),
  ),
});
export type RollingSet = Static<typeof RollingSet>;

/** The part of a core/v1 Pod that tells whether it is ready, and of which revision it is. */
export const RolledPod = Type.Object({
  metadata: OwnedMeta,
  status: maybe(
    Type.Object({
      phase: maybe(Type.String()),
      conditions: maybe(
        Type.Array(
          Type.Object({
            type: Type.String(),
            status: Type.String(),
            lastTransitionTime: maybe(Type.String()),
          }),
        ),
      ),
    }),
  ),
});
export type RolledPod = Static<typeof RolledPod>;

/**
 * Whether a StatefulSet may wait for a pod of an outdated revision: it replaces pods one by one in order, its
 * controller has seen its present template, not all of its pods are of that, and not all are ready. Only then its pods
 * need a look.
 */
export function mayBeBlocked(set: RollingSet): boolean {
  const { metadata, spec, status } = set;
  if (metadata.deletionTimestamp || spec.podManagementPolicy === 'Parallel') return false;
  if (spec.updateStrategy?.type === 'OnDelete') return false;
  if (!isObserved(set) || !status?.updateRevision) return false;
  // The revisions of the status do not tell: after an undo of a rollout that never ended, both are the first one.
  if ((status.updatedReplicas ?? 0) >= (status.replicas ?? 0)) return false;
  return (status.readyReplicas ?? 0) < (spec.replicas ?? 1);
}

/** The name of the revision that a pod of a StatefulSet was made from. */
export const revisionOf = ({ metadata }: RolledPod): string | undefined =>
  metadata.labels?.[CONTROLLER_REVISION_HASH];

const readyCondition = ({ status }: RolledPod) => status?.conditions?.find(({ type }) => type === 'Ready');

const isReady = (pod: RolledPod): boolean =>
  pod.status?.phase === 'Running' && readyCondition(pod)?.status === 'True';

/** Since when a pod is not ready, in milliseconds since the epoch. NaN: nothing tells. */
function unreadySinceMs(pod: RolledPod): number {
  return Date.parse(readyCondition(pod)?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '');
}

/** The number at the end of a pod's name. NaN: it has none. */
const ordinalOf = ({ metadata }: RolledPod): number =>
  Number(/-(\d+)$/.exec(metadata.name ?? '')?.[1] ?? Number.NaN);

/**
 * The pod for which a StatefulSet's rollout waits, although the pod is of an outdated revision. The controller goes
 * through the pods by their ordinals, and stops at the first that is not ready. It never replaces that one, also if the
 * present template would mend it. Undefined: there is none, or the controller may get on by itself.
 * @param pods those that the StatefulSet selects
 * @param patienceMs a pod that has not been ready for less than this may still start
 */
export function blockingPod(
  set: RollingSet,
  pods: readonly RolledPod[],
  { nowMs, patienceMs }: { readonly nowMs: number; readonly patienceMs: number },
): RolledPod | undefined {
  if (!mayBeBlocked(set)) return undefined;
  const own = pods
    .filter((pod) => anyControllerOf(pod.metadata)?.uid === set.metadata.uid && !Number.isNaN(ordinalOf(pod)))
    .sort((a, b) => ordinalOf(a) - ordinalOf(b));
  // The controller waits for these first, and then looks again.
  if (own.some(({ metadata }) => metadata.deletionTimestamp)) return undefined;
  const first = own.find((pod) => !isReady(pod));
  if (!first) return undefined;
  // A pod below the partition comes back under its old revision, so to delete it mends nothing.
  if (ordinalOf(first) < partitionOrdinal(set.spec)) return undefined;
  if (revisionOf(first) === set.status?.updateRevision) return undefined;
  return nowMs - unreadySinceMs(first) >= patienceMs ? first : undefined;
}
