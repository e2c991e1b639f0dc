import { type CopyMeta, type CopyOwner, lastUseMs } from './manifest.ts';

/** Those who come to own a copy, and the uids of those who own it no longer. */
export interface OwnerChange {
  readonly added: readonly CopyOwner[];
  readonly ended: readonly string[];
}

/** What a workload says on its pod template. */
export interface TemplateNotes {
  readonly workload: {
    readonly kind: 'ReplicaSet' | 'Deployment';
    readonly name: string;
    readonly uid: string;
    /** The uid of the Deployment that a ReplicaSet is of. */
    readonly deployment: string | undefined;
    /** A Deployment whose ReplicaSet may be yet to come: it is paused, or its controller has not seen it as it is. */
    readonly pending: boolean;
  };
  readonly annotations: Readonly<Record<string, string>>;
}

type Owners = NonNullable<CopyMeta['ownerReferences']>;

/** Whoever is not a ReplicaSet reserves a copy until the ReplicaSets that are to own it are there. */
const isReservation = ({ kind }: Owners[number]): boolean => kind !== 'ReplicaSet';

/**
 * Whether a copy is reserved, or owned by nobody, although whoever made it, or came to use it last, has had the grace to give it
 * to a ReplicaSet.
 * @param nowMs in milliseconds since the epoch
 */
export function isUnsettled(copy: CopyMeta, graceMs: number, nowMs: number): boolean {
  const owners = copy.ownerReferences ?? [];
  if (copy.deletionTimestamp || (owners.length > 0 && !owners.some(isReservation))) return false;
  return nowMs - lastUseMs(copy) >= graceMs;
}

/**
 * What becomes of an unsettled copy.
 * - `settle`: ReplicaSets name it: they own it from now on, also those that have made no pod yet, or never will: `rollout
 *   undo` may need their configuration. A Deployment reserves it whose ReplicaSet is yet to come (when it is resumed, say).
 *   Nobody else reserves it any more
 * - `keep`: it is owned and reserved as it should be
 * - `delete`: nobody names it, and nobody owns it
 */
export type Fate = ({ readonly kind: 'settle' } & OwnerChange) | { readonly kind: 'keep' | 'delete' };

/** @param namedBy the workloads whose templates name it */
export function fateOf(owners: Owners, namedBy: readonly TemplateNotes['workload'][]): Fate {
  const replicaSets = namedBy.filter(({ kind }) => kind === 'ReplicaSet');
  const begun = new Set(replicaSets.map(({ deployment }) => deployment));
  const waiting = namedBy.filter(
    ({ kind, uid, pending }) => kind === 'Deployment' && (pending || !begun.has(uid)),
  );
  const wanted: readonly CopyOwner[] = [...replicaSets, ...waiting].map(({ kind, name, uid }) => ({
    kind,
    name,
    uid,
  }));
  if (wanted.length === 0 && owners.every(isReservation)) return { kind: 'delete' };
  const added = wanted.filter(({ uid }) => !owners.some((owner) => owner.uid === uid));
  const ended = owners
    .filter((owner) => isReservation(owner) && !wanted.some(({ uid }) => uid === owner.uid))
    .map(({ uid }) => uid);
  if (added.length === 0 && ended.length === 0) return { kind: 'keep' };
  return { kind: 'settle', added, ended };
}
