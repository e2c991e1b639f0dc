import { revisionsOf } from '../../../src/marks/same-template.ts';
import type { History } from './history.ts';
import { asBefore, createWindow, orphansOf } from './orphans.ts';
import { wasLive } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { leftAlone, nameOf, type Step, standingConfig, stepsOf } from './workload-steps.ts';

function judge(history: History, step: Step): readonly Verdict[] {
  const { before, commit, calls } = step;
  const [call] = calls;
  if (before || !call) return [];
  const window = createWindow(history, step);
  const { certain, possible } = orphansOf(history, step, window);
  const [orphan] = possible;
  if (!orphan) return [];
  if (!certain) return [exempt('what it adopted cannot be told')];
  // lockstep could not know of the call. `Checked` holds that this stays rare.
  if (call.unchecked) return [exempt('not checked: a replica was killed')];
  const alone = leftAlone(commit.object);
  if (alone) return [exempt(alone)];
  const was = asBefore(step, orphan);
  // Pods without a record, and pods that must roll. `In step` holds that they do.
  const recorded = standingConfig(was);
  if (!recorded || !wasLive(history, was, recorded.sources, window)) return [];
  const isOfTemplate = revisionsOf(commit.object.template, 'same-marks');
  if (isOfTemplate(orphan.object.template)) return [HELD];
  const what = `replaces the pods of ${certain.name} although nothing that they use changed`;
  return [violated(`${nameOf(step)} ${what}`, commit.version)];
}

/**
 * A workload that was deleted without its revisions and is created again keeps its pods, unless its configuration
 * has changed. Its template is that of its revision then, so its controller uses that one.
 */
export function adopted(history: History): readonly Verdict[] {
  return stepsOf(history).flatMap((step) => judge(history, step));
}
