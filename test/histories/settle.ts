import { type Api, openApi } from '../../lab/control-plane/api.ts';
import type { ClusterData } from '../../lab/control-plane/client.ts';
import { describeEvent, type ObjectEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { list } from '../../lab/control-plane/follow.ts';
import type { Watcher } from '../../lab/control-plane/watch.ts';
import { messageOf } from '../../src/errors.ts';
import { isObserved, replicasOf } from '../../src/workloads/deployment.ts';
import { controllerOf } from '../../src/workloads/replica-set.ts';
import { asDeployment, asReplicaSet, statusOf } from './wire.ts';

/** The watches in a history's namespace. */
export interface Watched {
  readonly configmaps: Watcher<ObjectEvent>;
  readonly deployments: Watcher<ObjectEvent>;
  readonly replicasets: Watcher<ObjectEvent>;
  readonly pods: Watcher<ObjectEvent>;
}

/** The path of a collection in a namespace. */
export function collection(namespace: string, resource: keyof Watched): string {
  const api = resource === 'configmaps' || resource === 'pods' ? '/api/v1' : '/apis/apps/v1';
  return `${api}/namespaces/${namespace}/${resource}`;
}

/** All pods that the ReplicaSet wants exist, and no others. */
function replicaSetIsSettled(object: unknown): boolean {
  const wanted = asReplicaSet(object)?.spec.replicas ?? 1;
  const { replicas = 0, availableReplicas = 0 } = statusOf(object);
  return replicas === wanted && availableReplicas === wanted;
}

/** The rollout is over. The rollout of a paused Deployment may stop anywhere. */
function deploymentIsSettled(object: unknown, replicaSets: readonly ObjectEvent[]): boolean {
  const deployment = asDeployment(object);
  if (!deployment || !isObserved(deployment)) return false;
  const own = replicaSets
    .flatMap((set) => asReplicaSet(set.object) ?? [])
    .filter((set) => {
      return controllerOf(set.metadata, 'Deployment')?.uid === deployment.metadata.uid;
    });
  const { replicas = 0, updatedReplicas = 0 } = statusOf(object);
  if (replicas !== own.reduce((sum, set) => sum + (set.spec.replicas ?? 1), 0)) return false;
  return (
    deployment.spec.paused === true || (replicas === replicasOf(deployment) && updatedReplicas === replicas)
  );
}

/** The watcher has seen the present state. */
async function untilCaughtUp(api: Api, path: string, watcher: Watcher<ObjectEvent>): Promise<boolean> {
  const seen = new Map(watcher.current().map((event) => [event.uid, event.resourceVersion]));
  const { items } = await list(api, path);
  return (
    items.length === seen.size &&
    items.every(({ metadata }) => seen.get(metadata.uid) === metadata.resourceVersion)
  );
}

/**
 * Waits until nothing changes in a namespace any more and the watchers have seen all changes.
 * @returns the present state, if a rollout does not end
 */
export async function settle(
  cluster: ClusterData,
  namespace: string,
  { configmaps, deployments, replicasets, pods }: Watched,
  timeoutMs: number,
): Promise<string | undefined> {
  const api = openApi(cluster);
  try {
    await eventually(
      async () => {
        const sets = replicasets.current();
        const rest =
          sets.every(({ object }) => replicaSetIsSettled(object)) &&
          deployments.current().every(({ object }) => deploymentIsSettled(object, sets));
        if (!rest) return false;
        const each = await Promise.all([
          untilCaughtUp(api, collection(namespace, 'configmaps'), configmaps),
          untilCaughtUp(api, collection(namespace, 'deployments'), deployments),
          untilCaughtUp(api, collection(namespace, 'replicasets'), replicasets),
          untilCaughtUp(api, collection(namespace, 'pods'), pods),
        ]);
        return each.every(Boolean);
      },
      { what: 'the end of all rollouts', timeoutMs, intervalMs: 20 },
    );
    return undefined;
  } catch (error) {
    const stand = [...deployments.current(), ...replicasets.current()].map(describeEvent);
    return `rollouts do not end (${messageOf(error)}):\n${stand.join('\n')}`;
  } finally {
    await api.close();
  }
}
