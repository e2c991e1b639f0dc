import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { checkOf } from './check.ts';
import { LabelSelector } from './label-selector.ts';
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
  status: maybe(Type.Object({ observedGeneration: maybe(Type.Integer()) })),
});

export type DaemonSet = Static<typeof DaemonSet>;

/** The API server counts templates here, for clients of old versions of the API. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const fieldsOf = ({ metadata, spec, status }: DaemonSet): WorkloadFields => ({
  template: spec.template,
  // The number of nodes decides.
  replicas: undefined,
  paused: false,
  strategy:
    spec.updateStrategy?.type === 'OnDelete'
      ? { type: 'on-delete' }
      : { type: 'rolling', partition: 0, surge: true, keepsAdopted: true },
  selector: spec.selector ?? undefined,
  rollout: {
    observed: (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    // Its controller writes no conditions and never gives up.
    failed: false,
    revision: undefined,
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
