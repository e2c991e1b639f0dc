import { isRolledOut } from '../../lab/control-plane/conditions.ts';
import type { ScaledEvent } from '../../lab/control-plane/events.ts';

/** A rollout that a watch of Deployments has shown. */
export interface Begun {
  readonly namespace: string;
  /** `namespace/name` of the Deployment. */
  readonly of: string;
  /** How many rollouts were under way then, this one included: in all, and in its namespace. */
  readonly underWay: number;
  readonly inNamespace: number;
}

const namespaceOf = ({ object }: ScaledEvent): string => Object(object.metadata).namespace;

/** The name with the namespace. */
export const placeOf = (event: ScaledEvent): string => `${namespaceOf(event)}/${event.name}`;

const templateOf = ({ object }: ScaledEvent): string => JSON.stringify(object.spec?.template);

/**
 * The rollouts that the events of one watch show, in order. A rollout is under way from the event with another template to
 * the one by which kubectl calls it complete. One watch tells all changes of a resource in the order of etcd, so two rollouts
 * are under way at once if the second begins before the first is complete, in the order of events. No clock is read.
 * @param before the Deployments when the watch began, all rolled out
 */
export function begunIn(before: readonly ScaledEvent[], events: readonly ScaledEvent[]): readonly Begun[] {
  const templates = new Map(before.map((event) => [event.uid, templateOf(event)]));
  const underWay = new Map<string, string>();
  const begun: Begun[] = [];
  for (const event of events) {
    const { uid } = event;
    const namespace = namespaceOf(event);
    const isChanged = templates.get(uid) !== templateOf(event);
    templates.set(uid, templateOf(event));
    if (isChanged) underWay.set(uid, namespace);
    else if (isRolledOut('deployments', event.object)) underWay.delete(uid);
    if (!isChanged) continue;
    const inNamespace = [...underWay.values()].filter((each) => each === namespace).length;
    begun.push({ namespace, of: placeOf(event), underWay: underWay.size, inNamespace });
  }
  return begun;
}
