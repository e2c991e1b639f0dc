import type { ClusterClient } from '../../lab/control-plane/client.ts';
import type { PodEvent } from '../../lab/control-plane/events.ts';
import { createdObjects, livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { Watcher } from '../../lab/control-plane/watch.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { type AppOptions, app, appService } from '../../lab/nodes/app-manifests.ts';
import { type Asking, ask } from '../../lab/nodes/asking.ts';

/** A workload of real pods that all answer `1`, and its Service, which receives requests all the time. */
export interface Scene {
  readonly box: Sandbox;
  readonly asking: Asking;
  readonly pods: Watcher<PodEvent>;
  /** The names of the ReplicaSets (or other revisions) of the pods that were present at the last call. */
  replicaSets(): ReadonlySet<string>;
  /**
   * The ReplicaSets (or other revisions) of the pods that are created from now on. Call the returned function to get them, one for
   * each pod.
   */
  madeFromNowOn(): () => readonly string[];
  close(): Promise<void>;
}

/** @param labels of the namespace */
export async function scene(
  cluster: ClusterClient,
  labels: Readonly<Record<string, string>> = {},
  options: AppOptions = {},
  kind: Kind = DEPLOYMENT,
): Promise<Scene> {
  const box = await sandbox(cluster, labels, kind);
  return sceneOf(cluster, box, app({ make: kind.web, ...options }), () => box.untilRolledOut());
}

/** @param untilRunning waits until the pods of the workload run */
export async function sceneOf(
  cluster: ClusterClient,
  box: Sandbox,
  workload: object,
  untilRunning: (pods: Watcher<PodEvent>) => Promise<void>,
): Promise<Scene> {
  await box.apply(configMap({ a: '1' }), workload, appService);
  const pods = await box.pods();
  await untilRunning(pods);
  const { stdout } = await box.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
  const asking = ask(`http://${stdout}/`);
  await asking.untilSettled(20);
  return {
    box,
    asking,
    pods,
    replicaSets: () => new Set(livePods(pods.current()).map(revisionOf)),
    madeFromNowOn: () => {
      const before = new Set(pods.current().map(({ uid }) => uid));
      const seen = pods.events.length;
      return () =>
        createdObjects(pods.events.slice(seen))
          .filter(({ uid }) => !before.has(uid))
          .map(revisionOf);
    },
    close: async () => {
      await asking.stop();
      await pods.stop();
      await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
    },
  };
}

const revisionOf = ({ revision }: PodEvent): string => revision ?? 'none';

/** Waits until there are this many pods, all of one ReplicaSet, or of one other revision. */
export const onePodSet = ({ pods }: Scene, count: number): Promise<true> =>
  eventually(
    () => {
      const there = livePods(pods.current());
      return there.length === count && new Set(there.map(revisionOf)).size === 1;
    },
    { what: `${count} pods of one revision` },
  );
