import { parsePinned } from '../copies/pins.ts';
import type { ConfigState } from '../digest/format.ts';
import { type Marks, marksOfState, NO_MARKS, sameMarks } from '../marks/marks.ts';
import { compare } from './compare.ts';
import type { Adoption, Decision, Facts, LeaveReason, Need, WriteReason } from './decision.ts';

/** A decision that records nothing new. */
type LeaveOrWrite = Exclude<Decision, { action: 'record' }>;

/** Sources whose digest is not the recorded one, gone and new ones included. */
function movedSources(recorded: ConfigState | undefined, live: ConfigState): string[] {
  const ids = new Set([...Object.keys(recorded?.sources ?? {}), ...Object.keys(live.sources)]);
  return [...ids].filter((id) => recorded?.sources[id] !== live.sources[id]).sort();
}

const isReferenced = ({ live }: Facts) => Object.keys(live.sources).length > 0;

/**
 * A request that puts the hash on a template that had none changes the template, and means to. With copies,
 * so does one that brings another, today's or one that can be had again: the hash says which copies the
 * pods read.
 */
function changesTemplate({ templateChanged, marksBefore: before, marks, live, pin }: Facts): boolean {
  if (templateChanged || (before.hash === undefined && marks.hash !== undefined)) return true;
  if (!pin || marks.hash === undefined || marks.hash === before.hash) return false;
  // Today's ends a hold, with copies or without.
  if (pin.held && marks.hash === live.hash) return true;
  return pin.asked && bringsCopies(marks) && (marks.hash === live.hash || pin.restorable === true);
}

const bringsCopies = ({ pinned }: Marks) => parsePinned(pinned).length > 0;

/**
 * The request carries a hash that is neither the one before nor today's: an old template comes back.
 * `kubectl rollout undo` replaces the workload's annotations, too: so one from held to held, with one hash,
 * is told from a new template.
 */
function isUndo({ marks, marksBefore: before, live, pin, templateChanged }: Facts): boolean {
  if (marks.hash === undefined || before.hash === undefined || marks.hash === live.hash) return false;
  if (marks.hash !== before.hash) return true;
  return pin?.held === true && templateChanged && marks.held !== before.held;
}

/** An undo that could be held to the copies which the request's marks name. */
function isUndoToCopies(facts: Facts): boolean {
  return facts.pin?.asked === true && bringsCopies(facts.marks) && isUndo(facts);
}

const leave = (reason: LeaveReason): LeaveOrWrite => ({ action: 'leave', reason });

const write = (reason: WriteReason, marks: Marks, moved: readonly string[] = []): LeaveOrWrite => ({
  action: 'write',
  reason,
  marks,
  moved,
});

function decideChanged(facts: Facts): Decision {
  const { marks, live } = facts;
  if (!isReferenced(facts)) {
    return sameMarks(marks, NO_MARKS) ? leave('no-references') : write('references-gone', NO_MARKS);
  }
  if (facts.pin?.restorable && isUndoToCopies(facts)) {
    // The template comes back with the configuration that it had. What it is held against goes onto the
    // workload.
    return write('undo-held', { ...marks, baseline: undefined, held: facts.pin.newHoldText });
  }
  const wanted = marksOfState(live, facts.pin?.pinnedText);
  const reason = facts.operation === 'create' ? 'created' : isUndo(facts) ? 'undo' : 'template-changed';
  if (!sameMarks(marks, wanted)) {
    const moved = movedSources(facts.recorded, live);
    return { ...write(reason, wanted, moved), ...(facts.pin?.held && { endsHold: true }) };
  }
  return leave(facts.operation === 'create' ? 'in-step' : 'template-changed');
}

/**
 * Leave the workload as it was before the call; where the request dropped or changed our marks, put them
 * back. Not what it was held against, where it is not held any more.
 */
function keep(facts: Facts, reason: LeaveReason): LeaveOrWrite {
  const { marks, marksBefore: before, pin } = facts;
  const kept = { ...before, held: pin?.held || marks.held !== undefined ? before.held : undefined };
  if (sameMarks(marks, kept)) return leave(reason);
  return write(isUndo(facts) ? 'undo-no-op' : 'annotations-restored', kept);
}

function decideDoubtful(facts: Facts, doubtful: readonly string[], appeared: boolean): Decision | Need {
  // A workload without pods has none that could differ, and what a workload is held against is no record of
  // its pods.
  const isHistory = !facts.idle && !facts.pin?.held;
  if (isHistory && !facts.adoption) return { needs: 'history', of: doubtful };
  const adoption: Adoption | undefined = isHistory ? facts.adoption : undefined;
  if (adoption?.verdict === 'same') {
    const marks = { ...facts.marksBefore, baseline: adoption.baseline };
    const reason = !facts.recorded ? 'adopted' : appeared ? 'appeared' : 'rescoped';
    return { action: 'record', reason, marks };
  }
  if (appeared) return roll(facts, 'drifted', doubtful);
  // What counts has changed, not what it holds: held on, against what counts now.
  if (facts.pin?.held)
    return {
      action: 'record',
      reason: 'held',
      marks: { ...facts.marksBefore, held: facts.pin.continuedHoldText },
    };
  const source = adoption?.source;
  return roll(facts, 'not-recorded', source === undefined ? [] : [source]);
}

/**
 * A rollout that only configuration asks for, if this call may start one. A workload without pods rolls
 * none.
 */
function roll(facts: Facts, reason: 'drifted' | 'not-recorded', moved: readonly string[]): Decision {
  if (!facts.mayRoll && !facts.idle) return { ...keep(facts, 'roll-on'), waiting: moved };
  return write(
    reason === 'drifted' && isUndo(facts) ? 'undo' : reason,
    marksOfState(facts.live, facts.pin?.pinnedText),
    moved,
  );
}

/**
 * The decision, or what it still lacks. Total and deterministic: the same facts give the same decision, and
 * deciding again once it has been carried out gives `leave`. With what it asked for among the facts it does
 * not ask for that again.
 */
export function decide(facts: Facts): Decision | Need {
  if (isUndoToCopies(facts) && facts.pin?.restorable === undefined) return { needs: 'copies' };
  if (facts.operation === 'create' || changesTemplate(facts)) return decideChanged(facts);
  if (!isReferenced(facts)) return keep(facts, 'no-references');
  // The sources have become what its pods hold: there is nothing left to be held against.
  if (facts.pin?.held && facts.marksBefore.hash === facts.live.hash)
    return { action: 'record', reason: 'released', marks: { ...facts.marksBefore, held: undefined } };
  const comparison = compare(facts);
  switch (comparison.verdict) {
    case 'in-step':
    case 'older-format':
    case 'unknown-format':
    case 'narrowed':
      return keep(facts, facts.pin?.held ? 'held' : comparison.verdict);
    case 'moved':
      return roll(facts, 'drifted', comparison.moved);
    case 'doubtful':
      return decideDoubtful(facts, comparison.doubtful, comparison.appeared);
    default:
      return comparison satisfies never;
  }
}
