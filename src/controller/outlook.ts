import { takesPlace } from './entry.ts';
import { obstacleOf } from './proofs.ts';
import type { Queue } from './queue.ts';
import type { Obstacle, SourceKey, WorkloadKey } from './source-state.ts';

/** A workload that waits for its turn. */
export interface Waiting {
  readonly key: WorkloadKey;
  readonly moved: readonly SourceKey[];
  readonly sinceMs: number;
  /** Undefined: it waits for a place, for its rest, or for a window. */
  readonly obstacle: Obstacle | undefined;
}

/** What waits for pods, for somebody else or for a window is looked up so often. */
const TICK_MS = 1000;

/** Key -> since when it rolls. */
export const rollingOf = ({ entries }: Queue): ReadonlyMap<WorkloadKey, number> =>
  new Map([...entries].flatMap(([key, { rolling }]) => (rolling ? [[key, rolling.sinceMs] as const] : [])));

export const waitingOf = ({ entries, proofs }: Queue, nowMs: number): readonly Waiting[] =>
  [...entries].flatMap(([key, { phase, moved }]) =>
    phase?.at === 'waiting'
      ? [{ key, moved, sinceMs: phase.sinceMs, obstacle: obstacleOf(proofs, moved, key, nowMs) }]
      : [],
  );

/** How many workloads settle, wait for their turn, and roll. */
export function countsOf({ entries }: Queue): Readonly<Record<'settling' | 'waiting' | 'rolling', number>> {
  const all = [...entries.values()];
  return {
    settling: all.filter(({ phase }) => phase?.at === 'settling' || phase?.at === 'judging').length,
    waiting: all.filter(({ phase }) => phase?.at === 'waiting').length,
    rolling: all.filter(takesPlace).length,
  };
}

/** When there may be something to do, if nothing else happens. */
export function nextTimeOf({ entries, looks, pace }: Queue, nowMs: number): number {
  let next = looks.size > 0 ? nowMs + TICK_MS : Number.POSITIVE_INFINITY;
  // If no further one can be looked at, the end of a look says when to go on.
  let judging = 0;
  for (const { phase } of entries.values()) if (phase?.at === 'judging') judging += 1;
  for (const { phase, rolling } of entries.values()) {
    if (phase?.at === 'settling' && judging < pace.looks) next = Math.min(next, phase.untilMs);
    else if (phase?.at === 'waiting' || rolling) next = Math.min(next, nowMs + TICK_MS);
  }
  return next;
}
