import type { Member } from './entry.ts';
import { setProof } from './proofs.ts';
import { entryOf, noteLook, type Queue } from './queue.ts';
import { OPEN, type SourceKey } from './source-state.ts';

/** A rollout that an earlier leader has started. */
export interface Earlier {
  readonly moved: readonly SourceKey[];
  readonly rolledMs: number;
  readonly isUnderWay: boolean;
}

/**
 * Takes up a rollout of an earlier leader. Its sources may have been edited while nobody led, so its success proves
 * nothing. Its failure stops others until a look shows that the content is another one.
 */
export function noteEarlier(queue: Queue, member: Member, { moved, rolledMs, isUnderWay }: Earlier): void {
  const { key } = member;
  queue.rolledMs.set(key, rolledMs);
  if (!isUnderWay) return;
  entryOf(queue, member).rolling = { sinceMs: rolledMs, moved, contents: new Map(), hadFailed: false };
  noteLook(queue, member);
  const { states, restMs } = queue.proofs;
  for (const source of moved) {
    const state = states.get(source);
    // The content that was tried last is the present one.
    if (state && state.rolledMs > rolledMs) continue;
    const proof = { is: 'under-way', by: key, outdated: true, before: OPEN } as const;
    setProof(queue.proofs, source, { proof, rolledMs, restMs, rolledBy: key });
  }
}
