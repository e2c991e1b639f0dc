import { CONFIG_HASH } from '../../../src/marks/names.ts';
import { lostIn } from './gone.ts';
import type { Call, History } from './history.ts';
import { orphansOf } from './orphans.ts';
import { hadMarks } from './own-revisions.ts';
import { askersOf } from './own-writes.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { type Window, windowOf } from './windows.ts';
import { hashOf, leftAlone, nameOf, type Step, stepsOf } from './workload-steps.ts';

/**
 * The time in which the sources were read for a step: not before the version that was reviewed, and not before the
 * first of the calls that can have asked for the step.
 */
function readWindow(history: History, step: Step): Window {
  const { before, commit, calls } = step;
  const askers = calls.flatMap((call) => (call.by === 'lockstep' ? askersOf(history, step, call) : [call]));
  const from = Math.min(...askers.map((call) => windowOf(history, call).from));
  const seen = askers.length > 0 ? from : 0;
  return { from: Math.max(seen, before?.version ?? 0), to: commit.version };
}

function judge(history: History, step: Step): Verdict {
  const { commit, calls } = step;
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (calls.some((call) => call.unchecked)) return exempt('not checked: a replica was killed');
  // If lockstep is kept out, any writer of the template may write any hash.
  const alone = leftAlone(commit.object);
  if (alone) return exempt(alone);
  // An undo asks for the hash that it brings. Its pods read copies, or it is the user's own rollout.
  const undoes = ({ by, brings }: Call) =>
    by === 'client' &&
    brings !== undefined &&
    brings.hash === hashOf(commit.object) &&
    hadMarks(history, step, brings);
  if (calls.some(undoes)) return HELD;
  if (!lostIn(history, step, readWindow(history, step), 'always')) return HELD;
  return violated(`${nameOf(step)} rolls although a source is gone that its pods need`, commit.version);
}

/** Whether a workload changes its hash, or adopts a revision with another one when it is created. */
function changesHash(history: History, step: Step): boolean {
  const { before, commit } = step;
  const was = before ? [before.object] : [];
  const { certain } = orphansOf(history, step, readWindow(history, step));
  const adopts = certain?.commits.slice(0, 1).map(({ object }) => object) ?? [];
  return [...was, ...adopts].some(
    ({ template }) => template?.metadata?.annotations?.[CONFIG_HASH] !== hashOf(commit.object),
  );
}

/** Invariant 8. While a source is gone that pods need, lockstep starts no rollout: its pods could not start. */
export function neverWorse(history: History): readonly Verdict[] {
  return stepsOf(history).flatMap((step) => {
    return changesHash(history, step) ? [judge(history, step)] : [];
  });
}
