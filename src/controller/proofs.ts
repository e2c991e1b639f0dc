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

const proofOf = ({ states }: Proofs, source: SourceKey): Proof => states.get(source)?.proof ?? OPEN;

function setProof({ states, restMs: usualMs }: Proofs, source: SourceKey, proof: Proof): void {
  const { rolledMs = Number.NEGATIVE_INFINITY, restMs = usualMs } = states.get(source) ?? {};
  states.set(source, { proof, rolledMs, restMs });
}

/** A source was edited. Its content may be another one. */
export function openProof(proofs: Proofs, source: SourceKey, users: readonly WorkloadKey[]): void {
  const proof = proofOf(proofs, source);
  if (proof.is === 'given') setProof(proofs, source, OPEN);
  else if (proof.is === 'under-way') setProof(proofs, source, { ...proof, outdated: true });
  // Whether the content is another one, the next look at the workload that has failed tells.
  else if (proof.is === 'failed' && !users.includes(proof.by)) setProof(proofs, source, OPEN);
}

/** A look at a workload has shown that these sources hold something else than its template says. */
export function liftFailures(proofs: Proofs, sources: readonly SourceKey[], key: WorkloadKey): void {
  for (const source of sources) {
    const proof = proofOf(proofs, source);
    if (proof.is === 'failed' && proof.by === key) setProof(proofs, source, OPEN);
  }
}

function obstacleIn(
  { states }: Proofs,
  source: SourceKey,
  key: WorkloadKey,
  nowMs: number,
): Obstacle | undefined {
  const state = states.get(source);
  const proof = state?.proof ?? OPEN;
  if (proof.is === 'failed' && proof.by !== key) return { why: 'failed', source, by: proof.by };
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

/** The rollout of a workload begins, and the first one is to prove these sources. */
export function beginProof(
  { states, restMs }: Proofs,
  sources: readonly SourceKey[],
  key: WorkloadKey,
  nowMs: number,
): void {
  for (const source of sources) {
    const state = states.get(source);
    if (state?.proof.is === 'given') continue;
    const proof: Proof = { is: 'under-way', by: key, outdated: false };
    states.set(source, { proof, rolledMs: nowMs, restMs: nextRest(state, restMs, nowMs) });
  }
}

/** The rollout of a workload has ended. */
export function endProof(
  proofs: Proofs,
  sources: readonly SourceKey[],
  key: WorkloadKey,
  end: RolloutEnd,
): void {
  for (const source of sources) {
    const proof = proofOf(proofs, source);
    if (!('by' in proof) || proof.by !== key) continue;
    const isOutdated = proof.is === 'under-way' && proof.outdated;
    if (isOutdated || end === 'overdue') setProof(proofs, source, OPEN);
    else setProof(proofs, source, end === 'complete' ? { is: 'given' } : { is: 'failed', by: key });
  }
}

/** The workload exists no more, so it proves nothing. */
export function dropProofs(proofs: Proofs, key: WorkloadKey): void {
  for (const [source, { proof }] of proofs.states)
    if ('by' in proof && proof.by === key) setProof(proofs, source, OPEN);
}

/** Source -> the workload whose rollout has failed with its content. */
export const failuresOf = ({ states }: Proofs): ReadonlyMap<SourceKey, WorkloadKey> =>
  new Map(
    [...states].flatMap(([source, { proof }]) =>
      proof.is === 'failed' ? [[source, proof.by] as const] : [],
    ),
  );

/** Drops what is not worth remembering any more. */
export function forgetProofs({ states }: Proofs, nowMs: number): void {
  for (const [source, { proof, rolledMs, restMs }] of states) {
    const isOver = proof.is === 'open' || proof.is === 'given';
    if (isOver && nowMs - rolledMs > 2 * restMs) states.delete(source);
  }
}
