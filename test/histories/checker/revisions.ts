import { canonicalJson } from '../../../src/digest/canonical.ts';
import { isOfRevision } from '../../../src/workloads/controller-revision.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import type { PodTemplate } from '../../../src/workloads/pod-template.ts';
import { POD_TEMPLATE_HASH } from '../../../src/workloads/replica-set.ts';
import type { Commit, History, Life, Revision } from './history.ts';

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

/** The life of the revision that a pod was made from. undefined: it has none, or nobody saw it. */
export function revisionOf({ revisions, workloads }: History, pod: Commit<Pod>): Life<Revision> | undefined {
  const { metadata } = pod.object;
  const owner = ownerOf(pod.object);
  const own = revisions.find(({ uid }) => uid === owner);
  if (own) return own;
  const workload = workloads.find(({ uid }) => uid === owner);
  if (!workload) return undefined;
  const [named] = revisions
    .filter(
      ({ name, commits: [first] }) =>
        first !== undefined &&
        first.version <= pod.version &&
        first.object.kind === 'ControllerRevision' &&
        isOfRevision(metadata.labels, workload.name, name),
    )
    .sort((a, b) => (b.commits[0]?.version ?? 0) - (a.commits[0]?.version ?? 0));
  return named;
}

/** The pods of each revision, by its uid, as they were made. */
export function podsByRevision(history: History): ReadonlyMap<string | undefined, readonly Life<Pod>[]> {
  return Map.groupBy(history.pods, ({ commits: [made] }) => made && revisionOf(history, made)?.uid);
}
