import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import { METADATA_LIST } from '../api/request.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { ReplicaSets } from '../in-step/ports.ts';
import { REVISION_ANNOTATION } from '../workloads/deployment.ts';
import { selectorString } from '../workloads/label-selector.ts';
import { controllerOf, OwnedMeta, ReplicaSet } from '../workloads/replica-set.ts';
import type { Workload } from '../workloads/workload.ts';

const decodeReplicaSet = decoder(ReplicaSet, 'a ReplicaSet');
const decodeReplicaSets = decoder(
  Type.Object({ items: Type.Array(Type.Object({ metadata: OwnedMeta })) }),
  'ReplicaSets',
);

const resource = 'replicasets';
/** The API path of the ReplicaSets of a namespace. */
export const replicaSetFolder = (namespace: string) =>
  `/apis/apps/v1/namespaces/${segment(namespace)}/${resource}`;

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
  };
}

/**
 * Reads when the ReplicaSet of a workload's present template was created,
 * in seconds since the epoch; undefined if it does not exist yet.
 */
export async function replicaSetCreated(
  client: ApiClient,
  { kind, namespace, metadata, selector, rollout }: Workload,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { revision, observed } = rollout;
  const labels = selector ? selectorString(selector) : undefined;
  if (labels === undefined || revision === undefined || !observed) return undefined;
  const path = `${replicaSetFolder(namespace)}?labelSelector=${segment(labels)}`;
  const answer = await client.request({ verb: 'list', resource, path, accept: METADATA_LIST, signal });
  if (answer.kind !== 'found') return undefined;
  const current = decodeReplicaSets(answer.body).items.find(
    (each) =>
      controllerOf(each.metadata, kind.kind)?.uid === metadata.uid &&
      each.metadata.annotations?.[REVISION_ANNOTATION] === revision,
  );
  const created = current?.metadata.creationTimestamp;
  return created ? Date.parse(created) / 1000 : undefined;
}
