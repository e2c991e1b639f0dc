import type { PodEvent } from '../control-plane/events.ts';
import { createdObjects, livePods } from '../control-plane/events.ts';
import type { Watcher } from '../control-plane/watch.ts';
import { namesIn } from '../lockstep/pinned.ts';

/** A pod as the story shows it. */
export interface PodLine {
  readonly name: string;
  /** What its template belongs to: a ReplicaSet, a ControllerRevision, or a Job. */
  readonly revision: string;
  /** The value of `a` that was committed when the pod was created, or the value in the copy that it reads. */
  readonly read: string;
  readonly alive: boolean;
}

/** A value of the ConfigMap, and the resourceVersion since which it is committed. */
export interface Committed {
  readonly resourceVersion: bigint;
  readonly value: string;
}

/** The value committed at a resourceVersion. One etcd numbers the writes of all objects in one order. */
export function committedAt(history: readonly Committed[], resourceVersion: bigint): string {
  return history.findLast((each) => each.resourceVersion <= resourceVersion)?.value ?? '?';
}

/** A copy that pods may read instead of the ConfigMap. */
interface Copy {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Every pod that was created, in order, with what it read: the copy that it refers to, or the committed
 * value.
 */
export function podLines(
  pods: Watcher<PodEvent>,
  history: readonly Committed[],
  copies: readonly Copy[],
): PodLine[] {
  const running = new Set(livePods(pods.current()).map((pod) => pod.uid));
  return createdObjects(pods.events).map((pod) => {
    const names = namesIn(pod.object.spec);
    const copy = copies.find(({ metadata }) => names.includes(metadata.name));
    return {
      name: pod.name,
      revision: pod.revision ?? '',
      read: copy?.data?.['a'] ?? committedAt(history, BigInt(pod.resourceVersion)),
      alive: running.has(pod.uid),
    };
  });
}

/** The values that a client of the Service would get, each once. */
export function valuesOf(lines: readonly PodLine[]): string[] {
  return [...new Set(lines.filter((line) => line.alive).map((line) => line.read))].sort();
}
