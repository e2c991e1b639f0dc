import type { ApiClient } from '../api/client.ts';
import { pageDecoder } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { CONTROLLER_REVISION_HASH, labelOfRevision } from '../workloads/controller-revision.ts';
import { selectorString } from '../workloads/label-selector.ts';
import { isReady, ReadyPod } from '../workloads/ready-pod.ts';
import { anyControllerOf } from '../workloads/replica-set.ts';
import type { Workload } from '../workloads/workload.ts';
import { CONTROLLER_REVISIONS } from './controller-revisions.ts';
import { someItem } from './items.ts';
import { podFolder } from './pods.ts';
import { REPLICA_SETS } from './replica-sets.ts';
import { presentRevision } from './revisions.ts';
import { holderOf } from './runner.ts';

/**
 * Whether a pod of a revision is ready. `unknown`: there are too many to look at, or the revision does not exist yet.
 */
export type AnyReady = 'some' | 'none' | 'unknown';

/** A pod takes about 8 KiB, so a page takes 0.8 MiB. Most often the first pod is ready. */
const PAGE_SIZE = 100;
const MOST_PODS = 2_500;

const decode = pageDecoder(ReadyPod, 'pods');

/** Looks at the pods that have the label of a revision, and that the workload controls. Anybody may write the label. */
async function hasReadyPod(
  client: ApiClient,
  { namespace, selector, metadata }: Workload,
  label: string,
  signal: AbortSignal,
): Promise<AnyReady> {
  const matchLabels = { ...selector?.matchLabels, [CONTROLLER_REVISION_HASH]: label };
  const labels = selector && selectorString({ ...selector, matchLabels });
  if (labels === undefined) return 'unknown';
  const path = `${podFolder(namespace)}?labelSelector=${segment(labels)}`;
  const bounds = { size: PAGE_SIZE, most: MOST_PODS, decode };
  const isOwn = (pod: ReadyPod) => anyControllerOf(pod.metadata)?.uid === metadata.uid;
  return someItem(client, { resource: 'pods', path, signal }, bounds, (pod) => isOwn(pod) && isReady(pod));
}

/** The ReplicaSet's own status tells, so no pod is read. */
async function ofReplicaSet(client: ApiClient, workload: Workload, signal: AbortSignal): Promise<AnyReady> {
  const present = await presentRevision(REPLICA_SETS, client, workload, signal);
  if (present === undefined || present === 'unknown') return 'unknown';
  return (present.status?.readyReplicas ?? 0) > 0 ? 'some' : 'none';
}

async function ofControllerRevision(
  client: ApiClient,
  workload: Workload,
  signal: AbortSignal,
): Promise<AnyReady> {
  const present = await presentRevision(CONTROLLER_REVISIONS, client, workload, signal);
  const name = present === 'unknown' ? undefined : present?.metadata.name;
  const { revisionLabel } = workload.kind;
  if (!name || !revisionLabel) return 'unknown';
  return hasReadyPod(client, workload, labelOfRevision(name, revisionLabel), signal);
}

/**
 * Reads whether a pod of a workload's present revision is ready.
 * @throws LockstepError what the API client throws
 */
export function readyPods(client: ApiClient) {
  return {
    async readyPod(workload: Workload, signal: AbortSignal): Promise<AnyReady> {
      const holder = holderOf(workload);
      if (holder?.kind.revisions === 'ReplicaSet') return ofReplicaSet(client, holder, signal);
      if (holder?.kind.revisions === 'ControllerRevision')
        return ofControllerRevision(client, holder, signal);
      return 'unknown';
    },
  };
}
