import { Type } from 'typebox';
import { type ApiClient, METADATA_LIST, METADATA_ONLY } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import {
  Deployment,
  type Deployment as DeploymentType,
  isObserved,
  REVISION_ANNOTATION,
  selectorString,
} from '../workloads/deployment.ts';
import {
  controllingDeployment,
  OwnedMeta,
  ReplicaSet,
  type ReplicaSet as ReplicaSetType,
} from '../workloads/replica-set.ts';
import { ObjectMeta } from '../workloads/schema.ts';

/** A merge patch of an object: it fits whatever the object has become, so that only its version can conflict. */
export interface MergePatch {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Workloads {
  deployment(namespace: string, name: string, signal: AbortSignal): Promise<DeploymentType | undefined>;
  /** Applies a merge patch, if the Deployment still is the one that was read. */
  patchDeployment(
    namespace: string,
    read: DeploymentType,
    patch: MergePatch,
    signal: AbortSignal,
  ): Promise<'patched' | 'conflict' | 'gone'>;
  replicaSet(namespace: string, name: string, signal: AbortSignal): Promise<ReplicaSetType | undefined>;
  /** When the ReplicaSet of the present template was made, in seconds since the epoch; undefined: not made yet. */
  currentReplicaSetCreated(
    namespace: string,
    deployment: DeploymentType,
    signal: AbortSignal,
  ): Promise<number | undefined>;
  namespaceLabels(namespace: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
}

const decodeDeployment = decoder(Deployment, 'a Deployment');
const decodeReplicaSet = decoder(ReplicaSet, 'a ReplicaSet');
const decodeReplicaSets = decoder(
  Type.Object({ items: Type.Array(Type.Object({ metadata: OwnedMeta })) }),
  'ReplicaSets',
);
const decodeNamespace = decoder(Type.Object({ metadata: ObjectMeta }), 'a Namespace');

const apps = (namespace: string) => `/apis/apps/v1/namespaces/${segment(namespace)}`;
const pathOf = (namespace: string, name: string) => `${apps(namespace)}/deployments/${segment(name)}`;

export function workloads(client: ApiClient): Workloads {
  return {
    async deployment(namespace, name, signal) {
      const path = pathOf(namespace, name);
      const answer = await client.request({ verb: 'get', resource: 'deployments', path, signal });
      return answer.kind === 'found' ? decodeDeployment(answer.body) : undefined;
    },

    async patchDeployment(namespace, read, patch, signal) {
      const { name, resourceVersion } = read.metadata;
      const path = `${pathOf(namespace, name ?? '')}?fieldManager=lockstep`;
      const answer = await client.request({
        verb: 'patch',
        resource: 'deployments',
        path,
        // The resourceVersion that was read makes the write conditional: 409 where the Deployment has moved on.
        body: { ...patch, metadata: { ...patch.metadata, resourceVersion } },
        signal,
      });
      return answer.kind === 'found' ? 'patched' : answer.kind === 'conflict' ? 'conflict' : 'gone';
    },

    async replicaSet(namespace, name, signal) {
      const path = `${apps(namespace)}/replicasets/${segment(name)}`;
      const answer = await client.request({ verb: 'get', resource: 'replicasets', path, signal });
      return answer.kind === 'found' ? decodeReplicaSet(answer.body) : undefined;
    },

    async currentReplicaSetCreated(namespace, deployment, signal) {
      const { selector } = deployment.spec;
      const revision = deployment.metadata.annotations?.[REVISION_ANNOTATION];
      const labels = selector ? selectorString(selector) : undefined;
      if (labels === undefined || revision === undefined || !isObserved(deployment)) return undefined;
      const path = `${apps(namespace)}/replicasets?labelSelector=${segment(labels)}`;
      const answer = await client.request({
        verb: 'list',
        resource: 'replicasets',
        path,
        accept: METADATA_LIST,
        signal,
      });
      if (answer.kind !== 'found') return undefined;
      const current = decodeReplicaSets(answer.body).items.find(
        ({ metadata }) =>
          controllingDeployment(metadata)?.uid === deployment.metadata.uid &&
          metadata.annotations?.[REVISION_ANNOTATION] === revision,
      );
      const created = current?.metadata.creationTimestamp;
      return created ? Date.parse(created) / 1000 : undefined;
    },

    async namespaceLabels(namespace, signal) {
      const path = `/api/v1/namespaces/${segment(namespace)}`;
      const answer = await client.request({
        verb: 'get',
        resource: 'namespaces',
        path,
        accept: METADATA_ONLY,
        signal,
      });
      return answer.kind === 'found' ? (decodeNamespace(answer.body).metadata.labels ?? {}) : {};
    },
  };
}
