import { sleep } from '../abort.ts';
import { attempts } from '../background/attempts.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { CensusPlace, CensusPorts } from './ports.ts';
import { type Judged, standingOf } from './standing.ts';
import type { Tally } from './tally.ts';

/** So many workloads are looked at in a second, at most. */
const PER_SECOND = 20;

/** The time between two looks of a pass. The first one catches up, and later ones take their time. */
export const stepMs = (count: number, everyMs: number, isFirst: boolean): number =>
  Math.max(1000 / PER_SECOND, isFirst || count === 0 ? 0 : everyMs / count);

/** What a pass needs. */
export interface PassDeps {
  readonly ports: CensusPorts;
  readonly kinds: WorkloadKinds;
  readonly tally: Tally;
  /** Workloads roll after edits, unless somebody has asked that they do not: these wait for a call on purpose. */
  readonly followsEdits: boolean;
  /** How long a pass takes, at least, in milliseconds. */
  readonly everyMs: number;
}

/** Lists the workloads of all kinds. Of a kind that cannot be listed, those that were known stay known. */
async function listAll(
  { ports, kinds, tally }: PassDeps,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<readonly CensusPlace[]> {
  const attempt = attempts(signal, onError);
  const all: CensusPlace[] = [];
  for (const kind of kinds) {
    // A list that begins again brings some twice.
    const found = new Map<string, CensusPlace>();
    const sawAll = await attempt(async () => {
      for await (const places of ports.list(kind, signal))
        for (const place of places) found.set(place.uid, place);
      return true;
    });
    if (!sawAll) continue;
    for (const uid of found.keys()) tally.meet('census', uid, kind.kind);
    tally.drop((uid, of) => of === kind.kind && !found.has(uid));
    tally.begin('census', [kind.kind]);
    all.push(...found.values());
  }
  return all;
}

function noteIn({ tally, followsEdits }: PassDeps, { uid, kind }: CensusPlace, judged: Judged): void {
  const standing = standingOf(judged);
  const isLate = standing?.isLate === true && !followsEdits;
  tally.note('census', uid, kind.kind, standing && { ...standing, isLate });
}

/**
 * Judges each workload once that the controller of edits does not follow, one after the other. It never rejects.
 * @returns when the next pass may begin, in milliseconds from now
 */
export async function censusPass(
  deps: PassDeps,
  isFirst: boolean,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<number> {
  const { ports, tally, everyMs } = deps;
  const beganMs = performance.now();
  const attempt = attempts(signal, onError);
  const places = await listAll(deps, onError, signal);
  const waitMs = stepMs(places.length, everyMs, isFirst);
  for (const place of places) {
    if (!tally.isFollowed(place.uid)) {
      // What cannot be judged now stands as it stood.
      const judged = await attempt(() => ports.judge(place, signal));
      if (signal.aborted) return 0;
      if (judged) noteIn(deps, place, judged);
    }
    if (!(await sleep(waitMs, signal))) return 0;
  }
  return Math.max(beganMs + everyMs - performance.now(), waitMs);
}
