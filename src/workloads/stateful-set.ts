import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { checkOf } from './check.ts';
import { LabelSelector } from './label-selector.ts';
import { isObserved } from './observed.ts';
import { Ordinals, partitionOrdinal, UpdateStrategy } from './ordinals.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';
import type { Strategy } from './strategy.ts';
import type { Progress, WorkloadFields, WorkloadKind } from './workload.ts';

/** The part of an apps/v1 StatefulSet that lockstep reads. */
export const StatefulSet = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({
    replicas: maybe(Type.Integer()),
    ordinals: Ordinals,
    updateStrategy: UpdateStrategy,
    selector: maybe(LabelSelector),
    template: PodTemplate,
  }),
  status: maybe(
    Type.Object({
      observedGeneration: maybe(Type.Integer()),
      updatedReplicas: maybe(Type.Integer()),
      availableReplicas: maybe(Type.Integer()),
      updateRevision: maybe(Type.String()),
    }),
  ),
});

export type StatefulSet = Static<typeof StatefulSet>;

// The API's default is 1.
const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

function strategyOf(set: StatefulSet): Strategy {
  const { updateStrategy } = set.spec;
  if (updateStrategy?.type === 'OnDelete') return { type: 'on-delete' };
  // A StatefulSet deletes a pod before it makes the new one of that ordinal.
  const rolling = { type: 'rolling', partition: partitionOrdinal(set.spec), surge: false } as const;
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
  const others = replicasOf(set) - partition;
  return partition === 0 || others > 0
    ? rolling
    : { ...rolling, keepsAll: others === 0 ? 'present' : 'new-too' };
}

/**
 * How far the template is that the controller has seen. Pods below the partition need not be of it, but available.
 * `currentRevision` does not tell: with a partition or OnDelete it stays the first for ever. The API omits zeros.
 */
function progressOf(set: StatefulSet): Progress {
  // The API server takes no partition with OnDelete.
  const kept = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const { updatedReplicas, availableReplicas } = set.status ?? {};
  const isUpdated = (updatedReplicas ?? 0) >= replicasOf(set) - kept;
  return isUpdated && (availableReplicas ?? 0) >= replicasOf(set) ? 'complete' : 'under-way';
}

const fieldsOf = (set: StatefulSet): WorkloadFields => ({
  template: set.spec.template,
  replicas: replicasOf(set),
  paused: false,
  strategy: strategyOf(set),
  selector: set.spec.selector ?? undefined,
  rollout: {
    observed: isObserved(set),
    // Its controller writes no conditions and never gives up.
    failed: false,
    revision: set.status?.updateRevision ?? undefined,
    progress: progressOf(set),
  },
});

/**
 * The row of apps/v1 StatefulSet. There is no ceiling: new ordinals come under the new template, unless they are
 * below a partition, and a pod whose creation is refused is asked for again and again, under the same revision.
 */
export const STATEFUL_SET: WorkloadKind = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  singular: 'statefulset',
  templatePath: ['spec', 'template'],
  scale: true,
  revisions: 'ControllerRevision',
  revisionLabel: 'name',
  refusedPodBlocks: true,
  undoBringsMetadata: false,
  controllerAnnotations: [],
  ceiling: false,
  check: checkOf(StatefulSet),
  fieldsOf,
};
