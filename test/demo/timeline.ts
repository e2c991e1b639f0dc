import type { PodEvent } from '../cluster/events.ts';
import type { Watcher } from '../cluster/watch.ts';
import { added, alive } from '../e2e/events.ts';

/** A pod as the story tells it. */
export interface PodLine {
  readonly name: string;
  readonly replicaSet: string;
  /** The value of `a` that was committed when the pod was made: what a container would have read. */
  readonly read: string;
  readonly alive: boolean;
}

/** A value of the ConfigMap, and the resourceVersion from which on it was committed. */
export interface Committed {
  readonly resourceVersion: bigint;
  readonly value: string;
}

/** The value committed at a resourceVersion: one etcd numbers the writes of all objects in one order. */
export function committedAt(history: readonly Committed[], resourceVersion: bigint): string {
  return history.findLast((each) => each.resourceVersion <= resourceVersion)?.value ?? '?';
}

/** Every pod that was made, in order, with what it read. */
export function podLines(pods: Watcher<PodEvent>, history: readonly Committed[]): PodLine[] {
  const running = new Set(alive(pods.current()).map((pod) => pod.uid));
  return added(pods.events).map((pod) => ({
    name: pod.name,
    replicaSet: pod.replicaSet ?? '',
    read: committedAt(history, BigInt(pod.resourceVersion)),
    alive: running.has(pod.uid),
  }));
}

/** One word for what a client of the Service would meet. */
export function verdictOf(lines: readonly PodLine[]): 'mixed' | 'in step' {
  return new Set(lines.filter((line) => line.alive).map((line) => line.read)).size > 1 ? 'mixed' : 'in step';
}
