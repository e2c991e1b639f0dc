import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { checkOf } from './check.ts';
import { LabelSelector } from './label-selector.ts';
import { isObserved } from './observed.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';
import type { WorkloadFields, WorkloadKind } from './workload.ts';

/** The part of an apps/v1 DaemonSet that lockstep reads. */
export const DaemonSet = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({
    updateStrategy: maybe(Type.Object({ type: maybe(Type.String()) })),
    selector: maybe(LabelSelector),
    template: PodTemplate,
  }),
  status: maybe(
    Type.Object({
      observedGeneration: maybe(Type.Integer()),
      desiredNumberScheduled: maybe(Type.Integer()),
      updatedNumberScheduled: maybe(Type.Integer()),
      numberAvailable: maybe(Type.Integer()),
    }),
  ),
});

export type DaemonSet = Static<typeof DaemonSet>;

/** The API server counts templates here, for clients of old versions of the API. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** The label of a DaemonSet's pods with the number of their template. */
const POD_TEMPLATE_GENERATION = 'pod-template-generation';

/**
 * Whether the DaemonSet controller takes a pod for one of the present template by its number. A DaemonSet that is made
 * anew starts at 1, and keeps pods with that number, whatever their template was.
 */
export function isNumberedAlike(
  { annotations }: Pick<DaemonSet['metadata'], 'annotations'>,
  labels: Readonly<Record<string, string>> | null | undefined,
): boolean {
  // In the review of a create, the API server has yet to number the template.
  const generation = Number(annotations?.[TEMPLATE_GENERATION] ?? 0) || 1;
  return labels?.[POD_TEMPLATE_GENERATION] === String(generation);
}

/**
 * Whether each node that should have a pod has one of the present template. A pod of it need not be ready. Its
 * controller writes both numbers, and the generation that they are about, in one update. The API omits zeros.
 */
const isComplete = (daemonSet: DaemonSet): boolean =>
  isObserved(daemonSet) &&
  (daemonSet.status?.updatedNumberScheduled ?? 0) >= (daemonSet.status?.desiredNumberScheduled ?? 0);

/** Whether each node that should have a pod has one that is available. The API omits zeros. */
const isAvailable = ({ status }: DaemonSet): boolean =>
  (status?.numberAvailable ?? 0) >= (status?.desiredNumberScheduled ?? 0);

const fieldsOf = (daemonSet: DaemonSet): WorkloadFields => ({
  template: daemonSet.spec.template,
  // The number of nodes decides.
  replicas: undefined,
  paused: false,
  strategy:
    daemonSet.spec.updateStrategy?.type === 'OnDelete'
      ? { type: 'on-delete' }
      : { type: 'rolling', partition: 0, surge: true, keepsAdopted: true },
  selector: daemonSet.spec.selector ?? undefined,
  rollout: {
    observed: isObserved(daemonSet),
    // Its controller writes no conditions and never gives up.
    failed: false,
    stage: isComplete(daemonSet) ? 'settled' : 'under-way',
    revision: undefined,
    // With maxSurge, the counts are about the oldest pod of each node.
    progress: isComplete(daemonSet) && isAvailable(daemonSet) ? 'complete' : 'under-way',
  },
});

/**
 * The row of apps/v1 DaemonSet. There is no ceiling: its controller makes every pod from the present template.
 */
export const DAEMON_SET: WorkloadKind = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  singular: 'daemonset',
  templatePath: ['spec', 'template'],
  scale: false,
  revisions: 'ControllerRevision',
  revisionLabel: 'end-of-name',
  undoBringsMetadata: false,
  controllerAnnotations: [TEMPLATE_GENERATION],
  ceiling: false,
  check: checkOf(DaemonSet),
  fieldsOf,
};
