import type { ClusterClient } from '../control-plane/client.ts';
import { untilRolledOut } from '../control-plane/conditions.ts';
import { livePods, type PodEvent, readyPods } from '../control-plane/events.ts';
import type { Watcher } from '../control-plane/watch.ts';
import type { Sandbox } from '../lockstep/sandbox.ts';
import { JOINING, POOL, PRESENT, type Workload } from './workloads.ts';

const TIMEOUT_MS = 90_000;

/** One act's workload, and its pods. */
export interface Stage {
  readonly cluster: ClusterClient;
  readonly box: Sandbox;
  readonly workload: Workload;
  readonly pods: Watcher<PodEvent>;
}

/** Prepares the nodes of a DaemonSet: the one that is to join is none of its nodes yet. */
export async function preparePool(cluster: ClusterClient): Promise<void> {
  await cluster.kubectlOk(['label', '--overwrite', 'node', PRESENT, `${POOL}=web`]);
  await cluster.kubectlOk(['label', 'node', JOINING, `${POOL}-`]);
}

/** Waits until the rollout is complete, if the workload has any, and this many pods are ready. */
export async function untilSettled({ cluster, box, workload, pods }: Stage, count: number): Promise<void> {
  const { resource } = workload;
  if (resource) await untilRolledOut(cluster, box.namespace, 'web', TIMEOUT_MS, resource);
  const areThere = (now: readonly PodEvent[]) =>
    livePods(now).length === count && readyPods(now).length === count;
  await pods.until((_, current) => areThere(current), TIMEOUT_MS, `${count} ready pods`);
}

/** The arguments for kubectl, with the name of a pod that runs. */
export const argumentsOf = (step: readonly string[], { pods }: Stage): readonly string[] =>
  step.map((word) => (word === 'POD' ? (livePods(pods.current())[0]?.name ?? '') : word));

/** Removes the workload, so that it takes no part in the next act. */
export async function clear({ box, workload, pods }: Stage): Promise<void> {
  await pods.stop();
  await box.kubectl(['delete', `${workload.word}/web`, '--wait=false']);
}
