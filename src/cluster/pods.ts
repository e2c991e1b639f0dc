import type { ApiClient } from '../api/client.ts';
import { pageDecoder } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import type { RevisionId } from '../in-step/ports.ts';
import { isOfRevision } from '../workloads/controller-revision.ts';
import { isNumberedAlike } from '../workloads/daemon-set.ts';
import { isLiving, type PodTimes, podTimes, StartedPod } from '../workloads/pod-times.ts';
import { anyControllerOf, POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH } from '../workloads/replica-set.ts';
import { replacesAll } from '../workloads/strategy.ts';
import type { Workload } from '../workloads/workload.ts';
import { selectedItems } from './items.ts';

/** A pod takes about 8 KiB, so a page takes 2 MiB. */
const PAGE_SIZE = 250;
/** Ten pages, of about 0.1 s each. A review has four seconds. */
const MOST_PODS = 2_500;

const decode = pageDecoder(StartedPod, 'pods');

/** The API path of the pods of a namespace. */
export const podFolder = (namespace: string) => `/api/v1/namespaces/${segment(namespace)}/pods`;

/** Whether the ReplicaSet owns the pod, or will: it adopts pods without a controller, for example restored ones. */
function belongsTo(revision: string, { metadata }: StartedPod): boolean {
  const controller = anyControllerOf(metadata);
  if (controller) return controller.uid === revision;
  return [POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH].some(
    (label) => metadata.labels?.[label] !== undefined,
  );
}

/** Reads when the living pods started that the workload selects and that are wanted. */
async function livingPods(
  client: ApiClient,
  { namespace, selector }: Workload,
  signal: AbortSignal,
  isWanted: (pod: StartedPod) => boolean,
): Promise<readonly PodTimes[] | undefined> {
  const place = { resource: 'pods', folder: podFolder(namespace), selector };
  const bounds = { size: PAGE_SIZE, most: MOST_PODS, decode };
  const pods = await selectedItems(client, place, bounds, signal, (pod) => isLiving(pod) && isWanted(pod));
  return pods?.map(podTimes);
}

/**
 * Reads when the living pods of a revision started. Undefined: there are too many to look at.
 * @param revision the uid of their ReplicaSet
 */
export const podsOfReplicaSet = (
  client: ApiClient,
  workload: Workload,
  revision: RevisionId,
  signal: AbortSignal,
): Promise<readonly PodTimes[] | undefined> =>
  livingPods(client, workload, signal, (pod) => belongsTo(revision, pod));

/**
 * Reads when the living pods of a revision started, and those of earlier revisions that stay: a partition or the
 * strategy OnDelete keeps them, or a DaemonSet that was made anew. A pod without a controller counts, because the
 * workload adopts it.
 * Undefined: there are too many to look at.
 * @param revision the name of their ControllerRevision
 */
export const podsOfControllerRevision = (
  client: ApiClient,
  workload: Workload,
  revision: RevisionId,
  signal: AbortSignal,
): Promise<readonly PodTimes[] | undefined> =>
  livingPods(client, workload, signal, (pod) => {
    const { strategy, metadata } = workload;
    const controller = anyControllerOf(pod.metadata);
    if (controller && controller.uid !== metadata.uid) return false;
    const { labels } = pod.metadata;
    if (!replacesAll(strategy) || isOfRevision(labels, metadata.name, revision)) return true;
    return strategy.type === 'rolling' && strategy.keepsAdopted === true && isNumberedAlike(metadata, labels);
  });
