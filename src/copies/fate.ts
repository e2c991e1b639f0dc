import { REVISION_KINDS } from '../workloads/kinds.ts';
import { type CopyMeta, type CopyOwner, lastUseMs } from './manifest.ts';

/** The owners that a copy gets, and the uids of those that it loses. */
export interface OwnerChange {
  readonly added: readonly CopyOwner[];
  readonly ended: readonly string[];
}

/** An object with a pod template: a workload, or a revision that keeps one of its templates. */
export type TemplateHolder =
  | (CopyOwner & {
      readonly is: 'workload';
      /** Its next revision may be yet to come: it is paused, or its controller has not seen it as it is. */
      readonly pending: boolean;
    })
  | (CopyOwner & {
      readonly is: 'revision';
      /** The uid of the workload that controls it. */
      readonly of: string | undefined;
    });

/** The annotations of a pod template. */
export interface TemplateAnnotations {
  readonly holder: TemplateHolder;
  readonly annotations: Readonly<Record<string, string>>;
}

type Owners = NonNullable<CopyMeta['ownerReferences']>;

/** Owners of any other kind reserve the copy until its revisions exist. */
const isReservation = ({ kind }: Owners[number]): boolean => !REVISION_KINDS.includes(kind);

/**
 * Whether a copy is still reserved, or without an owner, although the grace since its last use is over. By
 * then revisions alone should own it.
 * @param nowMs in milliseconds since the epoch
 */
export function isOverdue(copy: CopyMeta, graceMs: number, nowMs: number): boolean {
  const owners = copy.ownerReferences ?? [];
  if (copy.deletionTimestamp || (owners.length > 0 && !owners.some(isReservation))) return false;
  return nowMs - lastUseMs(copy) >= graceMs;
}

/**
 * What becomes of an overdue copy.
 * - `assign`: revisions name it, and own it from now on. That includes those that have made no pod yet, or
 *   never will: `rollout undo` may need their configuration. A workload reserves it if its revision is yet
 *   to come (when it is resumed, say). All other reservations end
 * - `keep`: its owners and reservations are right
 * - `delete`: no workload names it, and no revision owns it
 */
export type Fate = ({ readonly kind: 'assign' } & OwnerChange) | { readonly kind: 'keep' | 'delete' };

const toOwner = ({ apiVersion, kind, name, uid }: CopyOwner): CopyOwner => ({ apiVersion, kind, name, uid });

/** @param namedBy the workloads and revisions whose templates name it */
export function fateOf(owners: Owners, namedBy: readonly TemplateHolder[]): Fate {
  const begun = new Set(namedBy.map((holder) => (holder.is === 'revision' ? holder.of : undefined)));
  const isWanted = (holder: TemplateHolder) =>
    holder.is === 'revision' || holder.pending || !begun.has(holder.uid);
  const wanted = namedBy.filter(isWanted).map(toOwner);
  if (wanted.length === 0 && owners.every(isReservation)) return { kind: 'delete' };
  const added = wanted.filter(({ uid }) => !owners.some((owner) => owner.uid === uid));
  const ended = owners
    .filter((owner) => isReservation(owner) && !wanted.some(({ uid }) => uid === owner.uid))
    .map(({ uid }) => uid);
  if (added.length === 0 && ended.length === 0) return { kind: 'keep' };
  return { kind: 'assign', added, ended };
}
