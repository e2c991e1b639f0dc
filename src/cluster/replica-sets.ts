import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { pageDecoder } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { ReplicaSets } from '../in-step/ports.ts';
import { revisionsOf } from '../marks/same-template.ts';
import { REVISION_ANNOTATION } from '../workloads/deployment.ts';
import { currentSinceMs, ReplicaSet } from '../workloads/replica-set.ts';
import { ROLLOUT_REVISION } from '../workloads/rollout.ts';
import type { Workload } from '../workloads/workload.ts';
import { isOwnedBy, type Keeping, newestOf, revisionReads, selectedRevisions } from './revisions.ts';

const decodeReplicaSet = decoder(ReplicaSet, 'a ReplicaSet');

const resource = 'replicasets';
/** The API path of the ReplicaSets of a namespace. */
export const replicaSetFolder = (namespace: string) =>
  `/apis/apps/v1/namespaces/${segment(namespace)}/${resource}`;

/** What the workload's controller has numbered the ReplicaSet with, as text. */
const revisionOf = ({ kind }: Workload, { metadata }: ReplicaSet): string | undefined =>
  metadata.annotations?.[kind.isCustom ? ROLLOUT_REVISION : REVISION_ANNOTATION];

export const REPLICA_SETS: Keeping<ReplicaSet> = {
  resource,
  folder: replicaSetFolder,
  decode: pageDecoder(ReplicaSet, 'ReplicaSets'),
  idOf: ({ metadata }) => metadata.uid,
  templateOf: ({ spec }) => spec.template,
  numberOf: (set, workload) => Number(revisionOf(workload, set) ?? 0),
  // Another program may have changed the ReplicaSet's template. A controller that has seen the present spec has
  // put the number of its ReplicaSet on the workload.
  byNumber(own, workload) {
    const { rollout, paused } = workload;
    const isNumbered = rollout.observed && !paused && rollout.revision !== undefined;
    return isNumbered ? own.find((set) => revisionOf(workload, set) === rollout.revision) : undefined;
  },
  mayHavePods: ({ spec }) => (spec.replicas ?? 1) > 0,
  hasPods: async () => true,
};

export const replicaSetReads = revisionReads(REPLICA_SETS);

export function replicaSets(client: ApiClient): ReplicaSets {
  return {
    async read(namespace, { name, uid }, signal) {
      // The API server does not check names in references to owners. A path must not hold `..`, say.
      if (!isDnsSubdomain(name)) return undefined;
      const path = `${replicaSetFolder(namespace)}/${segment(name)}`;
      const answer = await client.request({ verb: 'get', resource, path, signal });
      const found = answer.kind === 'found' ? decodeReplicaSet(answer.body) : undefined;
      return found?.metadata.uid === uid ? found : undefined;
    },

    async successor(workload, signal) {
      const isOfTemplate = revisionsOf(workload.template, 'same-marks', workload.kind);
      const isWanted = (set: ReplicaSet) => isOwnedBy(workload, set) && isOfTemplate(set.spec.template);
      const sets = await selectedRevisions(REPLICA_SETS, client, workload, signal, isWanted);
      const found = newestOf(REPLICA_SETS, sets ?? [], workload);
      const sinceMs = found && currentSinceMs(found.metadata);
      return sinceMs === undefined
        ? undefined
        : { sinceMs, readyReplicas: found?.status?.readyReplicas ?? 0 };
    },
  };
}
