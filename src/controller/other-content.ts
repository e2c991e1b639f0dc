import type { Contents } from './entry.ts';
import { endProof, type Proofs, proofOf, setProof } from './proofs.ts';
import { memoryMs, OPEN, type Proof, type SourceKey, type WorkloadKey } from './source-state.ts';

/** A source was edited. Its content may be another one. */
export function openProof(proofs: Proofs, source: SourceKey, users: readonly WorkloadKey[]): void {
  const proof = proofOf(proofs, source);
  if (proof.is === 'open') return;
  // Whether a content that has failed is another one, the next look at the workload that has tried it tells.
  const mayTell = proof.is === 'under-way' || (proof.is !== 'given' && users.includes(proof.by));
  setProof(proofs, source, { proof: mayTell ? { ...proof, outdated: true } : OPEN });
}

function proofIfOther(proof: Proof, key: WorkloadKey, live: string | undefined): Proof {
  if (proof.is === 'open') return proof;
  if (proof.is === 'under-way')
    return proof.by === key
      ? { ...proof, outdated: true }
      : { ...proof, before: proofIfOther(proof.before, key, live) };
  if (proof.by !== key) return proof;
  // It was undone. What it would roll to is what it has failed with.
  const isSame = proof.is !== 'given' && live !== undefined && live === proof.content;
  return isSame ? proof : OPEN;
}

/**
 * A look at a workload has shown that these sources hold something else than its template says.
 * @param live what they hold
 */
export function noteOther(
  proofs: Proofs,
  sources: readonly SourceKey[],
  live: Contents,
  key: WorkloadKey,
): void {
  for (const source of sources) {
    const state = proofs.states.get(source);
    if (!state) continue;
    const isOther = state.isOther || state.rolledBy === key;
    setProof(proofs, source, { proof: proofIfOther(state.proof, key, live.get(source)), isOther });
  }
}

/** A look at a workload has shown that these sources hold what its template says. */
export function noteSame(proofs: Proofs, sources: readonly SourceKey[], key: WorkloadKey): void {
  for (const source of sources) {
    const state = proofs.states.get(source);
    if (state?.rolledBy === key) setProof(proofs, source, { proof: state.proof, isOther: false });
  }
}

/**
 * The workload exists no more, or asks for no rollouts after edits any more. What it has begun proves nothing. A
 * content with which it has failed is no better for that.
 */
export function dropProofs(proofs: Proofs, key: WorkloadKey): void {
  for (const [source, { proof }] of proofs.states) {
    if (proof.is === 'open' || proof.by !== key) continue;
    if (proof.is === 'failed' || proof.is === 'slow')
      setProof(proofs, source, { proof: { ...proof, isGone: true } });
    // Twice: it may have been about to roll again.
    else for (let again = 0; again < 2; again++) endProof(proofs, source, key, 'nothing');
  }
}

/** What must be known of a workload to tell whether it has come through after all. */
export interface Aftermath {
  /** See `WorkloadView`. */
  contentOf(key: WorkloadKey, source: SourceKey): string | undefined;
  isComplete(key: WorkloadKey): boolean;
}

/** The text instead of a content if a rollout was undone. */
export const UNDONE = 'undone';

/**
 * Looks again at the workloads that have tried a content without success. If one has come through after all, its
 * content is good. If it has another content now, nothing is known of that.
 * @param isBusy whether the workload is rolling again
 */
export function reviewProofs(proofs: Proofs, now: Aftermath, isBusy: (key: WorkloadKey) => boolean): void {
  for (const [source, { proof }] of proofs.states) {
    if ((proof.is !== 'failed' && proof.is !== 'slow') || isBusy(proof.by)) continue;
    const { by, content, outdated } = proof;
    const present = now.contentOf(by, source);
    // Of one that was undone, that has no pods, or that has gone, nothing can be learned.
    if (present === undefined || present === UNDONE) continue;
    const isOther = content !== undefined && content !== present;
    if (!isOther && !now.isComplete(by)) continue;
    setProof(proofs, source, { proof: isOther || outdated ? OPEN : { is: 'given', by } });
  }
}

/** Those that have failed with the present content of a source. */
export const failingOf = ({ states }: Proofs): ReadonlySet<WorkloadKey> =>
  new Set([...states.values()].flatMap(({ proof }) => (proof.is === 'failed' ? [proof.by] : [])));

/** Whether there is somebody to look at again. */
export const isUnsettled = ({ states }: Proofs): boolean =>
  [...states.values()].some(({ proof }) => proof.is === 'failed' || proof.is === 'slow');

/**
 * Drops what is not worth remembering any more.
 * @param pendingNow the sources for which somebody may still roll
 */
export function forgetProofs(
  { states, restMs: usualMs }: Proofs,
  pendingNow: () => ReadonlySet<SourceKey>,
  nowMs: number,
): void {
  let pending: ReadonlySet<SourceKey> | undefined;
  for (const [source, { proof, rolledMs, restMs }] of states) {
    if (nowMs - rolledMs <= memoryMs(restMs, usualMs)) continue;
    if (proof.is === 'under-way' || (proof.is === 'failed' && !proof.isGone)) continue;
    pending ??= pendingNow();
    if (proof.is === 'open' || !pending.has(source)) states.delete(source);
  }
}
