import type { KubeObject } from './objects.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One event of a watch. */
export interface ObjectEvent {
  readonly type: EventType;
  readonly name: string;
  readonly uid: string;
  /** The name of the controlling owner: of a Deployment's pod, its ReplicaSet; of a ReplicaSet, its Deployment. */
  readonly controller: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp: string;
  readonly resourceVersion: string;
  readonly object: KubeObject;
}

/** One event of a pod. */
export interface PodEvent extends ObjectEvent {
  readonly replicaSet: string | undefined;
  /** The name of the ReplicaSet or ControllerRevision whose template it was made from. */
  readonly revision: string | undefined;
  readonly phase: string | undefined;
}

/** One event of a ReplicaSet or of a workload. */
export interface ScaledEvent extends ObjectEvent {
  /** As asked for (`spec.replicas`), not as running. */
  readonly replicas: number;
  readonly templateAnnotations: Readonly<Record<string, string>>;
}

export function objectEvent(type: EventType, object: KubeObject): ObjectEvent {
  const {
    name,
    uid,
    creationTimestamp,
    resourceVersion,
    annotations = {},
    ownerReferences = [],
  } = object.metadata;
  const controller = ownerReferences.find((owner) => owner.controller === true)?.name;
  return { type, name, uid, controller, annotations, creationTimestamp, resourceVersion, object };
}

export function podEvent(type: EventType, object: KubeObject): PodEvent {
  const event = objectEvent(type, object);
  const revision = revisionOfPod(object);
  return { ...event, replicaSet: event.controller, revision, phase: object.status?.phase };
}

/**
 * The name of the revision that a pod was made from: its ReplicaSet, or what its label says. A StatefulSet's label
 * is the name of the ControllerRevision, and a DaemonSet's is the end of that name.
 */
export function revisionOfPod({ metadata }: Pick<KubeObject, 'metadata'>): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const label = metadata.labels?.['controller-revision-hash'];
  if (owner?.kind === 'StatefulSet') return label;
  if (owner?.kind === 'DaemonSet') return `${owner.name}-${label}`;
  return owner?.name;
}

export function scaledEvent(type: EventType, object: KubeObject): ScaledEvent {
  const templateAnnotations = object.spec?.template?.metadata?.annotations ?? {};
  return { ...objectEvent(type, object), replicas: object.spec?.replicas ?? 0, templateAnnotations };
}

/** One line about an event, for a person reading why a test failed. */
export function describeEvent(event: ObjectEvent): string {
  const { phase } = event.object.status ?? {};
  const { replicas } = event.object.spec ?? {};
  return [
    event.type.padEnd(8),
    event.name,
    event.controller && `of ${event.controller}`,
    phase,
    replicas !== undefined && `replicas ${replicas}`,
    event.object.metadata.deletionTimestamp && 'terminating',
    `@${event.resourceVersion}`,
    ...Object.entries({ ...event.object.spec?.template?.metadata?.annotations, ...event.annotations })
      .filter(([key]) => key.startsWith('lockstep.dev/'))
      .map(([key, value]) => `${key}=${value.slice(0, 24)}`),
  ]
    .filter(Boolean)
    .join(' ');
}

/** The pods that exist and are not being deleted. */
export function livePods(pods: readonly PodEvent[]): readonly PodEvent[] {
  return pods.filter((pod) => pod.object.metadata.deletionTimestamp === undefined);
}

/** Those of them that are ready. */
export const readyPods = (pods: readonly PodEvent[]): readonly PodEvent[] =>
  livePods(pods).filter(({ object }) =>
    object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );

/** The objects that were created, in order. */
export function createdObjects<E extends { readonly type: EventType }>(events: readonly E[]): readonly E[] {
  return events.filter((event) => event.type === 'ADDED');
}
