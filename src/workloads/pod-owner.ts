import {
  anyControllerOf,
  type OwnedMeta,
  POD_TEMPLATE_HASH,
  ROLLOUTS_POD_TEMPLATE_HASH,
} from './replica-set.ts';

/** The workloads whose ReplicaSets are named `<workload>-<hash>`, and the label of their pods with the hash. */
const BY_HASH = [
  { label: POD_TEMPLATE_HASH, singular: 'deployment' },
  { label: ROLLOUTS_POD_TEMPLATE_HASH, singular: 'rollout' },
] as const;

/**
 * The workload of a pod, for people: `deployment/web`. It is what the pod itself says, so nothing may follow from it. A
 * ReplicaSet that no workload seems to have made is named itself. Undefined: nothing controls the pod.
 */
export function workloadNameOf(metadata: OwnedMeta): string | undefined {
  const controller = anyControllerOf(metadata);
  if (!controller) return undefined;
  const { kind, name } = controller;
  if (kind === 'ReplicaSet')
    for (const { label, singular } of BY_HASH) {
      const end = `-${metadata.labels?.[label]}`;
      if (name.length > end.length && name.endsWith(end)) return `${singular}/${name.slice(0, -end.length)}`;
    }
  return `${kind.toLowerCase()}/${name}`;
}
