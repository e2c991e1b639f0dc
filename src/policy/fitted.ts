import { type Marked, type Marks, marksOf, sameMarks } from '../marks/marks.ts';
import { fittingMarks, type Omitted } from '../marks/room.ts';
import type { Decision } from './decision.ts';

/** A decision whose marks have room in the workload's annotations. */
export interface FittedDecision {
  readonly decision: Decision;
  /** The marks that have none. */
  readonly omitted: readonly Omitted[];
}

/** Whether nothing is left of what the decision is about, so that its reason would be wrong. */
function isVoid({ action, reason }: Decision, marks: Marks, omitted: readonly Omitted[]): boolean {
  if (omitted.includes('hash')) return true;
  if (action === 'record') return marks.baseline === undefined && marks.held === undefined;
  return reason === 'undo-held' && marks.held === undefined;
}

/** The decision with the marks that have room. They are other ones than the object has. */
function withMarks(decision: Decision, present: Marks, marks: Marks, isVoidNow: boolean): Decision {
  if (decision.action === 'record')
    return { ...decision, marks, reason: isVoidNow ? 'no-room' : decision.reason };
  if (decision.action === 'write')
    return { ...decision, marks, reason: isVoidNow ? 'no-room' : decision.reason };
  // The request leaves no room for marks that are there already.
  const { waiting } = decision;
  const onWorkload = { baseline: marks.baseline, held: marks.held };
  if (sameMarks({ ...present, ...onWorkload }, marks)) return { action: 'record', reason: 'no-room', marks };
  const reason = isVoidNow ? 'no-room' : 'template-changed';
  return { action: 'write', reason, marks, moved: [], ...(waiting && { waiting }) };
}

/**
 * The decision with as many of its marks as have room. lockstep's annotations are never why the API server refuses a
 * call.
 * @param workload the object that gets the marks
 */
export function fittedDecision(decision: Decision, workload: Marked): FittedDecision {
  const present = marksOf(workload);
  const wanted = decision.action === 'leave' ? present : decision.marks;
  const { marks, omitted } = fittingMarks(workload, wanted);
  if (omitted.length === 0) return { decision, omitted };
  const isVoidNow = isVoid(decision, marks, omitted);
  if (!sameMarks(marks, present))
    return { decision: withMarks(decision, present, marks, isVoidNow), omitted };
  // An earlier turn has written what has room.
  const reason = isVoidNow ? 'no-room' : decision.reason === 'created' ? 'in-step' : 'template-changed';
  return { decision: { action: 'leave', reason }, omitted };
}
