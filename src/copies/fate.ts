import { JOB_KIND } from '../workloads/job.ts';
import { REVISION_KINDS } from '../workloads/kinds.ts';
import { type CopyMeta, type CopyOwner, lastUseMs, ownerReference } from './manifest.ts';

/** A change of a copy's owners. */
export interface OwnerChange {
  readonly added: readonly CopyOwner[];
  /** uids of the owners that it loses. */
  readonly ended: readonly string[];
}

/** An object with a pod template: a workload, or a revision that keeps one of its templates. */
export type TemplateHolder =
  | (CopyOwner & {
      readonly is: 'workload';
      /** Its next revision may be yet to come: it is paused, or its controller has not seen the spec yet. */
      readonly pending: boolean;
    })
  | (CopyOwner & {
      readonly is: 'revision';
      /** The uid of the workload that controls it. */
      readonly of: string | undefined;
    });

/** The annotations of a pod template, and the object that has this template. */
export interface TemplateAnnotations {
  readonly holder: TemplateHolder;
  readonly annotations: Readonly<Record<string, string>>;
}

type Owners = NonNullable<CopyMeta['ownerReferences']>;

/**
 * Owners of any other kind reserve the copy until its revisions exist. A Job owns what its pods read from the
 * beginning, and Kubernetes deletes it with the Job.
 */
export const isReservation = ({ kind }: Pick<CopyOwner, 'kind'>): boolean =>
  kind !== JOB_KIND && !REVISION_KINDS.includes(kind);

/**
 * Whether a copy is overdue: its grace is over, and it is still reserved or has no owner. When the grace is
 * over, only revisions should own the copy, or the Job that it is for.
 * @param nowMs in milliseconds since the epoch
 */
export function isOverdue(copy: CopyMeta, graceMs: number, nowMs: number): boolean {
  const owners = copy.ownerReferences ?? [];
  if (copy.deletionTimestamp || (owners.length > 0 && !owners.some(isReservation))) return false;
  return nowMs - lastUseMs(copy) >= graceMs;
}

/**
 * What becomes of an overdue copy.
 * - `assign`: the revisions that name it own it from now on. This includes revisions that have made no pod
 *   yet, or never will, because `rollout undo` may need their configuration. A workload reserves the copy if
 *   its revision is yet to come (when the workload is resumed, say). All other reservations end
 * - `keep`: its owners and reservations are right. Or no template names it, and the revisions that own it are
 *   gone. Kubernetes is about to take these off its owners, and does so without a resourceVersion. If a
 *   reservation ended meanwhile, the copy would have no owner, and would stay for good
 * - `delete`: no workload names it, and it is only reserved
 * - `disown`: no workload names it, and it has no owner. lockstep makes no copy without an owner, so it was
 *   restored from a backup, cloned, or orphaned on purpose
 */
export type Fate =
  | ({ readonly kind: 'assign' } & OwnerChange)
  | { readonly kind: 'keep' | 'delete' }
  | { readonly kind: 'disown' };

/**
 * @param namedBy the workloads and revisions whose templates name the copy
 * @param existing uids, among them those of all owners that are workloads or revisions and exist
 */
export function fateOf(
  owners: Owners,
  namedBy: readonly TemplateHolder[],
  existing: ReadonlySet<string>,
): Fate {
  const withRevision = new Set(namedBy.map((holder) => (holder.is === 'revision' ? holder.of : undefined)));
  const isWanted = (holder: TemplateHolder) =>
    holder.is === 'revision' || holder.pending || !withRevision.has(holder.uid);
  const wanted = namedBy.filter(isWanted).map(ownerReference);
  if (wanted.length === 0 && owners.length === 0) return { kind: 'disown' };
  if (wanted.length === 0 && owners.every(isReservation)) return { kind: 'delete' };
  if (wanted.length === 0 && !owners.some((owner) => !isReservation(owner) && existing.has(owner.uid)))
    return { kind: 'keep' };
  const added = wanted.filter(({ uid }) => !owners.some((owner) => owner.uid === uid));
  const ended = owners
    .filter((owner) => isReservation(owner) && !wanted.some(({ uid }) => uid === owner.uid))
    .map(({ uid }) => uid);
  if (added.length === 0 && ended.length === 0) return { kind: 'keep' };
  return { kind: 'assign', added, ended };
}
