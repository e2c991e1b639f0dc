import {
  FLAPPING,
  nextRest,
  type Obstacle,
  OPEN,
  type Proof,
  type RolloutEnd,
  type SourceKey,
  type SourceState,
  type WorkloadKey,
} from './source-state.ts';

/** What is known of sources, as far as it decides whether the workloads that use them may roll. */
export interface Proofs {
  /** How long a source rolls nobody again after it has rolled somebody. 0: no rest, and no backoff. */
  readonly restMs: number;
  readonly states: Map<SourceKey, SourceState>;
}

export const createProofs = (restMs: number): Proofs => ({ restMs, states: new Map() });

export const proofOf = ({ states }: Proofs, source: SourceKey): Proof => states.get(source)?.proof ?? OPEN;

export function setProof(
  { states, restMs }: Proofs,
  source: SourceKey,
  change: Partial<SourceState> & Pick<SourceState, 'proof'>,
): void {
  const state = states.get(source);
  const isNews = state !== undefined || change.proof.is !== 'open';
  const none = { rolledMs: Number.NEGATIVE_INFINITY, restMs, rolledBy: undefined, isOther: false };
  if (isNews) states.set(source, { ...none, ...state, ...change });
}

function obstacleIn(
  { states }: Proofs,
  source: SourceKey,
  key: WorkloadKey,
  nowMs: number,
): Obstacle | undefined {
  const state = states.get(source);
  const proof = state?.proof ?? OPEN;
  // Of the workload itself, too: somebody has undone its rollout.
  if (proof.is === 'failed') return { why: 'failed', source, by: proof.by };
  if (proof.is === 'under-way' && proof.by !== key) return { why: 'unproven', source, by: proof.by };
  // The others follow a proof at once.
  if (!state || proof.is === 'given') return undefined;
  const untilMs = state.rolledMs + state.restMs;
  return untilMs > nowMs ? { why: 'resting', source, untilMs } : undefined;
}

/** Why a workload may not roll for these sources. Undefined: it may. */
export function obstacleOf(
  proofs: Proofs,
  sources: readonly SourceKey[],
  key: WorkloadKey,
  nowMs: number,
): Obstacle | undefined {
  const all = sources.map((source) => obstacleIn(proofs, source, key, nowMs));
  return all.find((each) => each?.why === 'failed') ?? all.find((each) => each);
}

/** Whether the users of a source wait longer than usual, because it is edited again and again. */
export function isFlapping({ states, restMs }: Proofs, source: SourceKey): boolean {
  const state = states.get(source);
  return state !== undefined && restMs > 0 && state.restMs >= FLAPPING * restMs;
}

/** A workload is about to be written. Nobody else proves these sources meanwhile. */
export function claimProof(proofs: Proofs, sources: readonly SourceKey[], key: WorkloadKey): void {
  for (const source of sources) {
    const before = proofOf(proofs, source);
    if (before.is === 'given') continue;
    setProof(proofs, source, { proof: { is: 'under-way', by: key, outdated: false, before } });
  }
}

/** The rollout of a workload has begun, and it is to prove what the workload has claimed. */
export function beginProof(
  proofs: Proofs,
  sources: readonly SourceKey[],
  key: WorkloadKey,
  nowMs: number,
): void {
  for (const source of sources) {
    const proof = proofOf(proofs, source);
    if (proof.is !== 'under-way' || proof.by !== key) continue;
    let { before } = proof;
    while (before.is === 'under-way') ({ before } = before);
    if (before.is === 'failed') before = OPEN;
    const restMs = nextRest(proofs.states.get(source), proofs.restMs, nowMs);
    const rolled = { rolledMs: nowMs, restMs, rolledBy: key, isOther: false };
    setProof(proofs, source, { proof: { ...proof, before }, ...rolled });
  }
}

type UnderWay = Extract<Proof, { is: 'under-way' }>;

function proofBefore({ before, outdated }: UnderWay): Proof {
  // The workload rolls with the earlier content, or with this one: nobody knows.
  if (before.is === 'under-way') return { ...before, outdated: true };
  return 'outdated' in before ? { ...before, outdated: before.outdated || outdated } : before;
}

function proofAfter(proof: UnderWay, isOther: boolean, end: ProofEnd, content: string | undefined): Proof {
  const { by, outdated, before } = proof;
  // The rollout was for a content that is there no more.
  if (isOther && end !== 'nothing') return OPEN;
  switch (end) {
    case 'complete':
      return outdated ? OPEN : { is: 'given', by };
    case 'failed':
      return { is: 'failed', by, outdated, content };
    case 'overdue':
      // Once may be the workload's own matter. Twice is the content.
      return { is: before.is === 'slow' && before.by !== by ? 'failed' : 'slow', by, outdated, content };
    case 'nothing':
      return proofBefore(proof);
    default:
      return end satisfies never;
  }
}

/** `nothing`: no rollout has begun, or how it ended tells nothing of the source. */
export type ProofEnd = RolloutEnd | 'nothing';

/**
 * What a workload has claimed to prove has ended.
 * @param content as the workload's template recorded it
 */
export function endProof(
  proofs: Proofs,
  source: SourceKey,
  key: WorkloadKey,
  end: ProofEnd,
  content?: string,
): void {
  const { proof = OPEN, isOther = false, rolledBy } = proofs.states.get(source) ?? {};
  if (proof.is !== 'under-way' || proof.by !== key) return;
  setProof(proofs, source, { proof: proofAfter(proof, isOther && rolledBy === key, end, content) });
}
