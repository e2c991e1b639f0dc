import type { PodCall } from '../../src/admission/remake-copy.ts';
import type { GoodCopy } from '../../src/in-step/ports.ts';
import type { Revision } from '../../src/in-step/revision-ports.ts';
import { NO_MARKS } from '../../src/marks/marks.ts';
import type { Pod } from '../../src/workloads/pod.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';
import type { ReplicaSet } from '../../src/workloads/replica-set.ts';
import { goodCopy } from './copies.ts';

/** The short digest of `configmap/app` that these pods were made with, and the name of its copy. */
export const SHORT = 'a'.repeat(16);
export const COPY = `app-lockstep-${SHORT}`;

export type PodSpec = NonNullable<PodTemplate['spec']>;

/** A pod that takes its environment from the ConfigMap `app`. */
export const SPEC: PodSpec = {
  containers: [{ name: 'web', envFrom: [{ configMapRef: { name: 'app' } }] }],
};

/** The annotations of a pinned pod, as a template names them. */
export const PINNED = {
  'lockstep.dev/pinned': 'configmap/app',
  'lockstep.dev/config-sources': `{"configmap/app":"${SHORT}"}`,
};

/** A pod of the ReplicaSet `web-1`. */
export const podOf = (annotations: Record<string, string> = PINNED, spec = SPEC): Pod => ({
  metadata: {
    generateName: 'web-1-',
    annotations,
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'r', controller: true }],
  },
  spec,
});

/** That ReplicaSet. Its template has no annotations, if none are given. */
export const replicaSetOf = (spec = SPEC, annotations: Record<string, string> = {}): ReplicaSet => ({
  metadata: { name: 'web-1' },
  spec: { template: { metadata: { annotations }, spec } },
});

/** That ReplicaSet as an owner of copies. */
const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'r' };

/** That ReplicaSet as the revision of its pods. */
export const revisionOf = ({ metadata, spec }: ReplicaSet): Revision => ({
  owner: OWNER,
  metadata,
  template: spec.template ?? undefined,
});

/** Its copy of `configmap/app`, which this ReplicaSet owns. */
export const OWNED: GoodCopy = goodCopy('configmap/app', ['r']);

/** A review of such a pod, as far as its copies are concerned. */
export const podCall = (dryRun = false): PodCall => ({
  namespace: 'shop',
  controller: OWNER,
  revision: { kind: 'ReplicaSet', name: 'web-1', uid: 'r' },
  marks: NO_MARKS,
  dryRun,
  signal: new AbortController().signal,
});
