import type { PodTemplate } from '../../workloads/pod-template.ts';
import { POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH } from '../../workloads/replica-set.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { OwnRevision } from '../history/own-revisions.ts';

/** A patch that brings the template of a revision back. */
export interface UndoPatch {
  readonly patchType: 'json-patch' | 'strategic-merge-patch';
  readonly body: unknown;
}

/**
 * Annotations of a Deployment that an undo leaves as they are: `annotationsToSkip` in k8s.io/kubectl's
 * `polymorphichelpers`.
 */
const STAYING: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

/** The template without the label that its controller has added. */
function withoutHash(template: PodTemplate): PodTemplate {
  const {
    [POD_TEMPLATE_HASH]: _hash,
    [ROLLOUTS_POD_TEMPLATE_HASH]: _rollouts,
    ...labels
  } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The annotations of a Deployment after an undo: those of its ReplicaSet, and some of its own. */
function annotationsAfter(
  { metadata }: Workload,
  { annotations }: OwnRevision,
): Readonly<Record<string, string>> {
  const own = Object.entries(metadata.annotations ?? {}).filter(([name]) => STAYING.has(name));
  const brought = Object.entries(annotations).filter(([name]) => !STAYING.has(name));
  return Object.fromEntries([...own, ...brought]);
}

/**
 * The patch that `kubectl rollout undo` sends for the kind. That of an Argo Rollout is the patch of its plugin. The uid
 * makes sure that the object is still the one whose revisions were read.
 */
export function undoPatch(workload: Workload, revision: OwnRevision): UndoPatch {
  const { uid } = workload.metadata;
  if (revision.kind === 'ControllerRevision') {
    const template = { ...revision.template, $patch: 'replace' };
    return { patchType: 'strategic-merge-patch', body: { metadata: { uid }, spec: { template } } };
  }
  const metadata = workload.kind.undoBringsMetadata
    ? [{ op: 'add', path: '/metadata/annotations', value: annotationsAfter(workload, revision) }]
    : [];
  const template = { op: 'replace', path: '/spec/template', value: withoutHash(revision.template) };
  return {
    patchType: 'json-patch',
    body: [{ op: 'test', path: '/metadata/uid', value: uid }, template, ...metadata],
  };
}
