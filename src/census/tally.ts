import type { WorkloadState } from '../in-step/workload-state.ts';
import type { Standing } from './standing.ts';

/** Who counts a workload: the controller of edits, which follows it, or the census, which looks now and then. */
export type Counter = 'edits' | 'census';

/** Why a drifted workload has not rolled yet. `on-purpose`: it shall not. `in-turn`: its turn comes. */
export type Wait = 'on-purpose' | 'in-turn';

/** What is counted of one kind. */
export interface KindCount {
  readonly states: Readonly<Record<WorkloadState, number>>;
  /** How long the workload has drifted that has drifted longest, in milliseconds. 0: none has. */
  readonly longestDriftMs: number;
}

/** How the workloads stand, by their last judgement. Each counts once, although both may have judged it. */
export interface Tally {
  /** All workloads of these kinds are known to this counter. Before, no count of them would be true. */
  begin(by: Counter, kinds: readonly string[]): void;
  /** The workload exists. Until somebody judges it, its state is unknown. */
  meet(by: Counter, uid: string, kind: string): void;
  /** @param standing undefined: it does not count, until it is noted anew */
  note(by: Counter, uid: string, kind: string, standing: Standing | undefined): void;
  /** The workload is gone. */
  forget(by: Counter, uid: string): void;
  /** Drops workloads of the census. */
  drop(isGone: (uid: string, kind: string) => boolean): void;
  /** Forgets all that this counter has told. */
  end(by: Counter): void;
  /** Which of the drifted workloads wait now. */
  setWaits(waits: ReadonlyMap<string, Wait>): void;
  /** Whether the controller of edits counts it. */
  isFollowed(uid: string): boolean;
  /** The state that was noted last. */
  stateOf(uid: string): WorkloadState | undefined;
  /** By kind. Empty: nobody counts now. */
  counts(): ReadonlyMap<string, KindCount>;
}

interface Entry {
  readonly by: Counter;
  readonly kind: string;
  /** Undefined: it does not count. */
  readonly state: WorkloadState | undefined;
  /** Since when it is late. Undefined: it is not. */
  readonly lateMs: number | undefined;
}

const UNKNOWN: Standing = { state: 'Unknown', isLate: false };
const NO_WAITS: ReadonlyMap<string, Wait> = new Map();

/** One that waits is drifted as long as it does. */
const shownState = (state: WorkloadState, wait: Wait | undefined): WorkloadState =>
  state === 'Drifted' && wait ? 'Waiting' : state;

const noStates = (): Record<WorkloadState, number> => ({
  InStep: 0,
  Drifted: 0,
  Waiting: 0,
  Held: 0,
  NotRecorded: 0,
  NotManaged: 0,
  Unknown: 0,
});

function countsOf(
  entries: ReadonlyMap<string, Entry>,
  kinds: readonly string[],
  waiting: ReadonlyMap<string, Wait>,
  nowMs: number,
): ReadonlyMap<string, KindCount> {
  const counts = new Map(kinds.map((kind) => [kind, { states: noStates(), longestDriftMs: 0 }]));
  for (const [uid, entry] of entries) {
    const count = counts.get(entry.kind);
    if (!count || entry.state === undefined) continue;
    const wait = waiting.get(uid);
    count.states[shownState(entry.state, wait)] += 1;
    if (entry.lateMs !== undefined && wait !== 'on-purpose')
      count.longestDriftMs = Math.max(count.longestDriftMs, nowMs - entry.lateMs);
  }
  return counts;
}

/**
 * A count of workloads by state. It keeps some hundred bytes of each.
 * @param now a monotonic clock, in milliseconds
 */
export function createTally(now: () => number): Tally {
  const entries = new Map<string, Entry>();
  const begun: Record<Counter, readonly string[]> = { edits: [], census: [] };
  let waiting = NO_WAITS;

  function put(by: Counter, uid: string, kind: string, standing: Standing | undefined): void {
    const before = entries.get(uid);
    // What is followed is known better.
    if (before?.by === 'edits' && by === 'census') return;
    // A look may end after the workload has gone, and nobody would drop it then.
    if (!before && !standing) return;
    const lateMs = standing?.isLate ? (before?.lateMs ?? now()) : undefined;
    entries.set(uid, { by, kind, state: standing?.state, lateMs });
  }

  return {
    begin(by, kinds) {
      begun[by] = [...new Set([...begun[by], ...kinds])];
    },

    meet(by, uid, kind) {
      const before = entries.get(uid);
      if (!before) put(by, uid, kind, UNKNOWN);
      else if (by === 'edits' && before.by === 'census')
        // One that did not count may have got a template of its own.
        entries.set(uid, { ...before, by, state: before.state ?? UNKNOWN.state });
    },

    note: put,

    forget(by, uid) {
      if (entries.get(uid)?.by === by) entries.delete(uid);
    },

    drop(isGone) {
      for (const [uid, entry] of entries)
        if (entry.by === 'census' && isGone(uid, entry.kind)) entries.delete(uid);
    },

    end(by) {
      begun[by] = [];
      if (by === 'edits') waiting = NO_WAITS;
      for (const [uid, entry] of entries) if (entry.by === by) entries.delete(uid);
    },

    setWaits(waits) {
      waiting = waits;
      // Its time begins when nothing keeps it back any more.
      for (const [uid, wait] of waits) {
        const entry = entries.get(uid);
        if (wait === 'on-purpose' && entry?.lateMs !== undefined)
          entries.set(uid, { ...entry, lateMs: now() });
      }
    },

    isFollowed: (uid) => entries.get(uid)?.by === 'edits',
    stateOf: (uid) => entries.get(uid)?.state,

    counts: () => countsOf(entries, [...begun.edits, ...begun.census], waiting, now()),
  };
}
