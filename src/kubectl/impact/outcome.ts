import type { LeaveReason } from '../../policy/decision.ts';
import { isJudged, type Judged } from '../judge.ts';
import { seenOf } from '../seen.ts';
import { messageOf } from '../standing.ts';
import { changesTemplate, type Foretold, type Occasion, rollsOn } from './foretell.ts';
import { paceOf } from './pace.ts';

/**
 * What becomes of a workload after an edit.
 * - `Rolls`: its pods are replaced
 * - `Waits`: its template does not change, or not yet, although its configuration has changed
 * - `NewPodsOnly`: its present pods stay as they are, and the pods that are made from then on hold the new content
 * - `Stays`: nothing happens
 * - `Unknown`: lockstep does not check it
 */
export type ImpactOutcome = 'Rolls' | 'Waits' | 'NewPodsOnly' | 'Stays' | 'Unknown';

export interface Outcome {
  readonly outcome: ImpactOutcome;
  /** Why, as one word. */
  readonly reason: string;
  /** Why, as a sentence. */
  readonly message: string;
  /** On which occasions. Empty: on none. */
  readonly occasions: readonly Occasion[];
}

/** What the edit means for the sources of a workload, without regard to anything else. */
export interface Touch {
  /** The edit changes what counts for it. */
  readonly touches: boolean;
  /** Why it does, or does not. */
  readonly why: { readonly reason: string; readonly message: string };
}

const ALREADY = 'it has drifted already, and rolls without this edit, too';

const WAITS: Partial<Record<LeaveReason, string>> = {
  'roll-on': 'lockstep.dev/roll-on lists no call that is still to come',
  'rollout-aborted': 'its rollout was aborted, and scaling starts no other one',
  'rollout-under-way': 'its rollout is under way, and scaling starts no other one',
};

const waits = (reason: string, message: string): Outcome => ({
  outcome: 'Waits',
  reason,
  message,
  occasions: [],
});
const stays = (reason: string, message: string, occasions: readonly Occasion[] = []): Outcome => ({
  outcome: 'Stays',
  reason,
  message,
  occasions,
});

const sourceText = ({ id, keys }: { readonly id: string; readonly keys: readonly string[] }): string =>
  keys.length > 0 ? `${id}#${keys.join(', #')}` : id;

/** No occasion gives it a new template. */
function unrolled(judged: Judged, { now }: Foretold, { touches, why }: Touch): Outcome {
  const { decision } = judged.assessment;
  if (decision.reason === 'source-gone') {
    const lacking = ('lacking' in decision ? (decision.lacking ?? []) : []).map(sourceText).join(', ');
    return waits('source-gone', `new pods could not start without ${lacking}, so it keeps its pods`);
  }
  const waiting = decision.action === 'leave' ? WAITS[decision.reason] : undefined;
  if (waiting !== undefined) return waits(decision.reason, waiting);
  if (isJudged(now) && changesTemplate(now))
    return stays('back-in-step', 'it has drifted, and its pods hold what the edit brings back');
  if (!touches) return stays(why.reason, why.message);
  if (decision.reason === 'unknown-format')
    return {
      outcome: 'Unknown',
      reason: 'unknown-format',
      message: messageOf(seenOf(judged), 'Unknown'),
      occasions: [],
    };
  if (decision.reason === 'held' || decision.reason === 'released')
    return stays('held', 'it is held at an earlier configuration');
  return stays('in-step', 'its pods hold that content already');
}

/** It gets a new template. */
function rolled(
  judged: Judged,
  foretold: Foretold,
  { touches, why }: Touch,
  occasions: readonly Occasion[],
): Outcome {
  const { assessment, mode } = judged;
  const { runner, now } = foretold;
  const isDrifted = isJudged(now) && changesTemplate(now);
  if (mode === 'observe')
    return stays('observe', 'lockstep only observes in this namespace (lockstep.dev/mode)');
  if (assessment.idle) return stays('no-pods', 'it is scaled to 0, so it has no pods to replace', occasions);
  if (assessment.paused)
    return { ...waits('paused', 'it is paused, and rolls when somebody resumes it'), occasions };
  const { type } = runner.strategy;
  if (type === 'on-delete') {
    const message = 'its strategy is OnDelete: a pod stays until somebody deletes it';
    return { outcome: 'NewPodsOnly', reason: 'on-delete', message, occasions };
  }
  if (paceOf(runner).pods === 0 && type === 'rolling' && runner.strategy.keepsAll) {
    const message = 'its partition keeps all pods until somebody lowers it';
    return { outcome: 'NewPodsOnly', reason: 'partition', message, occasions };
  }
  const { reason } = assessment.decision;
  const rolls = { outcome: 'Rolls', occasions } as const;
  if (isDrifted && !touches) return { ...rolls, reason: 'already-drifted', message: ALREADY };
  if (reason === 'not-recorded')
    return {
      ...rolls,
      reason,
      message: 'lockstep has not recorded it, so its pods may differ after an edit',
    };
  const hold = isJudged(now) && now.assessment.decision.reason === 'held';
  const message = hold ? 'its hold ends, because its configuration is edited' : why.message;
  const drifted = isDrifted ? '. It has drifted already' : '';
  return { ...rolls, reason: hold ? 'hold-ends' : 'changed', message: `${message}${drifted}` };
}

/** What becomes of a workload. The composer has decided it, and this only says it. */
export function outcomeOf(foretold: Foretold, touch: Touch): Outcome {
  const { after, now } = foretold;
  const failed = [now, ...after.map(([, each]) => each)].find((each) => !isJudged(each));
  if (failed && !isJudged(failed))
    return {
      outcome: 'Unknown',
      reason: 'not-checked',
      message: `lockstep does not check it: ${failed.error.message}`,
      occasions: [],
    };
  const judged = after.flatMap(([occasion, each]) => (isJudged(each) ? [{ occasion, each }] : []));
  const occasions = rollsOn(foretold);
  const decisive = judged.find(({ occasion }) => occasion === occasions[0]) ?? judged.at(-1);
  if (!decisive) throw new Error('a workload is judged for at least one occasion');
  const { each } = decisive;
  const { reason } = each.assessment.decision;
  if (each.outOfScope || reason === 'unmanaged')
    return stays(each.outOfScope ? 'out-of-scope' : 'unmanaged', messageOf(seenOf(each), 'NotManaged'));
  return occasions.length > 0 ? rolled(each, foretold, touch, occasions) : unrolled(each, foretold, touch);
}
