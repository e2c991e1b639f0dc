import type { CopyOwner } from '../cluster/copy-manifest.ts';
import type { CopyMeta } from '../cluster/leftovers.ts';
import type { TemplateNotes } from '../cluster/templates.ts';
import { USED_AT } from '../policy/marks.ts';

/**
 * Whether nobody owns a copy, although whoever made it, or came to use it last, has had the grace to.
 * @param nowMs in milliseconds since the epoch
 */
export function isLeftover(
  { ownerReferences, deletionTimestamp, creationTimestamp, annotations }: CopyMeta,
  graceMs: number,
  nowMs: number,
): boolean {
  if (ownerReferences?.length || deletionTimestamp) return false;
  const usedMs = Date.parse(annotations?.[USED_AT] ?? '');
  const madeMs = Date.parse(creationTimestamp);
  return nowMs - Math.max(madeMs, Number.isNaN(usedMs) ? madeMs : usedMs) >= graceMs;
}

/**
 * What becomes of a leftover.
 * - `adopt`: ReplicaSets name it that have made no pod yet, or never will: `rollout undo` may need their configuration
 * - `keep`: a Deployment names it whose ReplicaSet is yet to come, when it is resumed, say
 * - `delete`: nobody does
 */
export type Fate =
  | { readonly kind: 'adopt'; readonly owners: readonly CopyOwner[] }
  | { readonly kind: 'keep' }
  | { readonly kind: 'delete' };

/** @param namedBy the workloads whose templates name it */
export function fateOf(namedBy: readonly TemplateNotes['workload'][]): Fate {
  const owners = namedBy.filter(({ kind }) => kind === 'ReplicaSet').map(({ name, uid }) => ({ name, uid }));
  if (owners.length > 0) return { kind: 'adopt', owners };
  return { kind: namedBy.length > 0 ? 'keep' : 'delete' };
}
