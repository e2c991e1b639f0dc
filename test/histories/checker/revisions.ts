import { canonicalJson } from '../../../src/digest/canonical.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { PodTemplate } from '../../../src/workloads/pod-template.ts';
import { POD_TEMPLATE_HASH } from '../../../src/workloads/replica-set.ts';
import type { History, Life, Revision } from './history.ts';

/** The uid of the workload that a revision belongs to. undefined: it has lost its workload. */
export const ownerOf = ({ metadata }: Pick<Revision, 'metadata'>): string | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;

/** The template of a revision, as its workload held it. */
export function heldTemplate({ template }: Revision): PodTemplate {
  const { labels, ...metadata } = { ...template?.metadata };
  const own = Object.entries(labels ?? {}).filter(([key]) => key !== POD_TEMPLATE_HASH);
  const left = own.length > 0 ? { ...metadata, labels: Object.fromEntries(own) } : metadata;
  return { ...template, metadata: left };
}

/** The same, as text. */
export const templateOf = (revision: Revision): string => canonicalJson(heldTemplate(revision));

/** The pods of each revision, by its uid. The pods of a Deployment are its ReplicaSets' own. */
export function podsByRevision(history: History): ReadonlyMap<string | undefined, readonly Life<Pod>[]> {
  return Map.groupBy(history.pods, ({ commits: [made] }) => made && ownerOf(made.object));
}
