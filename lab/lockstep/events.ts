import type { EventType, PodEvent } from '../control-plane/events.ts';

/** Pods that are there and have not been told to end. */
export function alive(pods: readonly PodEvent[]): readonly PodEvent[] {
  return pods.filter((pod) => pod.object.metadata.deletionTimestamp === undefined);
}

/** The objects that were made, in order. */
export function added<E extends { readonly type: EventType }>(events: readonly E[]): readonly E[] {
  return events.filter((event) => event.type === 'ADDED');
}
