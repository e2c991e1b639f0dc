import { sleep } from '../abort.ts';
import { isOpen } from '../policy/windows.ts';
import { noteEarlier } from './earlier.ts';
import { sourceKey } from './indexed.ts';
import { nextTimeOf } from './outlook.ts';
import { createPasses, inTurn, type Passes } from './passes.ts';
import { createQueue, noteLook } from './queue.ts';
import type { Reports } from './reports.ts';
import { followRollouts } from './rollouts.ts';
import type { ControllerDeps, TermState } from './state.ts';
import { tasksOf } from './tasks.ts';
import { createWake } from './wake.ts';
import { startWatching } from './watching.ts';
import { perform } from './work.ts';
import { aftermathIn, createIndex } from './workload-index.ts';

/** So many workloads are looked at at the same time. */
const LOOKS = 4;
/** However much happens, so much time lies between two rounds. */
const LEAST_MS = 10;
/** What waits for a window or for pods is looked up so often. */
const TICK_MS = 1000;

function newTerm(deps: ControllerDeps, reports: Reports, signal: AbortSignal): TermState {
  const { rules, clock } = deps;
  const { edit, defaults } = rules;
  const index = createIndex({ defaults, settleMs: edit.settleMs });
  const queue = createQueue(
    { ...edit, looks: LOOKS },
    {
      ...aftermathIn(index),
      isOpen: (key) => isOpen(index.get(key)?.settings.windows ?? edit.windows, clock.now()),
    },
  );
  const wake = createWake(signal);
  return {
    deps,
    reports,
    signal,
    index,
    queue,
    follows: new Map(),
    wake,
    now: () => performance.now(),
  };
}

/** Takes up what an earlier leader has begun: the notes on the workloads tell. */
function resume({ deps, index, queue, now }: TermState): void {
  const { clock, rules } = deps;
  for (const { member, note, progress } of index.all()) {
    if (!note) continue;
    const ageMs = Math.max(clock.now() - note.atMs, 0);
    const moved = note.moved.map((id) => sourceKey(member.namespace, id));
    const isUnderWay = progress !== 'complete';
    const rolledMs = now() - ageMs;
    if (isUnderWay || ageMs < rules.edit.restMs) noteEarlier(queue, member, { moved, rolledMs, isUnderWay });
  }
}

/** @returns how long to wait until the next round, if nothing happens meanwhile, in milliseconds */
function doRound(state: TermState, passes: Passes): number {
  const { index, queue, reports, now } = state;
  for (const key of passes.due(now())) {
    const known = index.get(key);
    if (known) noteLook(queue, known.member);
  }
  followRollouts(state);
  for (const task of tasksOf(queue, now())) void perform(state, task);
  reports.onState(state);
  return Math.min(nextTimeOf(queue, now()) - now(), TICK_MS);
}

/** One round. A mistake in it must not end the program, which answers reviews. */
function tryRound(state: TermState, passes: Passes): number {
  try {
    return doRound(state, passes);
  } catch (error) {
    state.reports.onError(error);
    return TICK_MS;
  }
}

/**
 * Brings workloads into step after edits, from the moment at which this replica became the leader until the signal is
 * aborted. It never rejects: it reports what fails, and goes on.
 */
export async function serveTerm(deps: ControllerDeps, reports: Reports, signal: AbortSignal): Promise<void> {
  const state = newTerm(deps, reports, signal);
  const { index, wake, now } = state;
  const watching = startWatching(state);
  await Promise.race([watching.synced, watching.ended]);
  if (!signal.aborted) resume(state);
  const keysNow = () => inTurn([...index.all()].map(({ member }) => member)).map(({ key }) => key);
  const passes = createPasses(keysNow, deps.rules.edit.sweepMs, now());
  while (!signal.aborted) {
    const waitMs = tryRound(state, passes);
    await Promise.all([wake.wait(waitMs), sleep(LEAST_MS, signal)]);
  }
  await watching.ended;
}
