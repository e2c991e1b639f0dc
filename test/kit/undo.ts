import { type Deployment, REVISION_ANNOTATION } from '../../src/workloads/deployment.ts';
import { controllerOf, type ReplicaSet } from '../../src/workloads/replica-set.ts';

/** Annotations of a Deployment that `kubectl rollout undo` does not change (kubectl's polymorphichelpers). */
const KEPT = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION_ANNOTATION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

const revisionOf = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);

function pick(annotations: Readonly<Record<string, string>> | null | undefined, kept: boolean) {
  return Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => KEPT.has(key) === kept));
}

/**
 * The JSON Patch that `kubectl rollout undo` sends: the template of an earlier ReplicaSet, and that
 * ReplicaSet's annotations. undefined: there is no earlier one.
 * @param back the number of revisions. If there are not so many, it goes to the first
 */
export function undoPatch(
  deployment: Deployment | undefined,
  replicaSets: readonly ReplicaSet[],
  back: number,
): object[] | undefined {
  const [, ...earlier] = replicaSets
    .filter(({ metadata }) => controllerOf(metadata, 'Deployment')?.uid === deployment?.metadata.uid)
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  const previous = earlier[back - 1] ?? earlier.at(-1);
  const template = previous?.spec.template;
  if (!deployment || !previous || !template) return undefined;
  const { labels, ...metadata } = template.metadata ?? {};
  const ownLabels = Object.fromEntries(
    Object.entries(labels ?? {}).filter(([key]) => key !== 'pod-template-hash'),
  );
  return [
    {
      op: 'replace',
      path: '/spec/template',
      value: { ...template, metadata: { ...metadata, labels: ownLabels } },
    },
    {
      op: 'add',
      path: '/metadata/annotations',
      value: {
        ...pick(deployment.metadata.annotations, true),
        ...pick(previous.metadata.annotations, false),
      },
    },
  ];
}
