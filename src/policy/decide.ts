import { parsePinned } from '../copies/pins.ts';
import { type Marks, marksOfState, NO_MARKS, sameMarks } from '../marks/marks.ts';
import { sourceId } from '../references/sources.ts';
import { compare, movedSources } from './compare.ts';
import type { Adoption, Decision, Facts, LeaveReason, Need, WriteReason } from './decision.ts';
import { lackingIn, lostSources } from './lacks.ts';
import { changesTemplate, isUndo, isUndoToCopies, needsRevisions } from './undo.ts';

type LeaveOrWrite = Exclude<Decision, { action: 'record' }>;

const isReferenced = ({ live }: Facts) => Object.keys(live.sources).length > 0;

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
    // The template comes back with the configuration that it had. The workload's mark `held` records the live
    // configuration, which its pods do not follow.
    const held = write('undo-held', { ...marks, baseline: undefined, held: facts.pin.newHoldText });
    return { ...held, ...lackingIn(facts.lacks, parsePinned(marks.pinned).map(sourceId)) };
  }
  const wanted = marksOfState(live, facts.pin?.pinnedText);
  const isCreate = facts.operation === 'create';
  const reason = isCreate ? 'created' : isUndo(facts) ? 'undo' : 'template-changed';
  // Manifests often bring a workload before its sources. Nobody needs to hear of that, unless its pods are refused.
  const lacking = isCreate && !facts.untilConfigured ? {} : lackingIn(facts.lacks);
  if (!sameMarks(marks, wanted)) {
    const moved = movedSources(facts.recorded, live);
    return { ...write(reason, wanted, moved), ...(facts.pin?.held && { endsHold: true }), ...lacking };
  }
  return { ...leave(isCreate ? 'in-step' : 'template-changed'), ...lacking };
}

/**
 * Whether all pods of the present template were refused until now, and nothing keeps them from starting any more. Their
 * controller tries again after a pause of up to 16 minutes. With a new template it begins at once, and no pod starts
 * twice. At the create of a DaemonSet's pod, its controller has just tried again.
 */
function endsWait(facts: Facts): boolean {
  if (!facts.untilConfigured || facts.operation === 'node' || Object.keys(facts.lacks).length > 0)
    return false;
  return facts.adoption?.verdict === 'same' && facts.adoption.withoutPods === true;
}

/**
 * Leaves the workload as it was before the call. If the request dropped or changed lockstep's marks, they are
 * restored. The mark `held` is not restored if the workload is no longer held.
 */
function keep(facts: Facts, reason: LeaveReason): LeaveOrWrite {
  const { marks, marksBefore, pin } = facts;
  const held = pin?.held || marks.held !== undefined ? marksBefore.held : undefined;
  const wanted = { ...marksBefore, held };
  if (sameMarks(marks, wanted)) return leave(reason);
  const restored = reason === 'held' ? 'hold-restored' : 'annotations-restored';
  return write(isUndo(facts) ? 'undo-no-op' : restored, wanted);
}

function decideDoubtful(facts: Facts, doubtful: readonly string[], appeared: boolean): Decision | Need {
  // Without pods, none can differ. The record of a held workload says nothing about its pods.
  const needsHistory = !facts.idle && !facts.pin?.held;
  if (needsHistory && !facts.adoption) return { needs: 'history', of: doubtful };
  const adoption: Adoption | undefined = needsHistory ? facts.adoption : undefined;
  if (appeared && facts.mayRoll && !facts.stage && endsWait(facts)) return roll(facts, 'drifted', doubtful);
  if (adoption?.verdict === 'same') {
    const marks = { ...facts.marksBefore, baseline: adoption.baseline };
    const reason = !facts.recorded ? 'adopted' : appeared ? 'appeared' : 'rescoped';
    return { action: 'record', reason, marks };
  }
  if (appeared) return roll(facts, 'drifted', doubtful);
  // The settings changed, not the sources. The hold continues, and records what counts now.
  if (facts.pin?.held)
    return {
      action: 'record',
      reason: 'held',
      marks: { ...facts.marksBefore, held: facts.pin.continuedHoldText },
    };
  const source = adoption?.source;
  if (adoption?.baseline !== undefined)
    return {
      action: 'record',
      reason: 'in-doubt',
      marks: { ...facts.marksBefore, baseline: adoption.baseline },
      ...(source !== undefined && { doubted: source }),
    };
  return roll(facts, 'not-recorded', source === undefined ? [] : [source]);
}

/**
 * Leaves a workload whose pods could not start if it rolled now, and which serves as it is. Undefined: nothing keeps
 * pods from starting that they did not lack before. A workload without pods has none to lose.
 */
function leaveIfLost(facts: Facts): Decision | undefined {
  const lacking = facts.idle ? [] : lostSources(facts);
  return lacking.length > 0 ? { ...keep(facts, 'source-gone'), lacking } : undefined;
}

/**
 * Starts a rollout that only configuration asks for, if this call may start one. A workload without pods
 * needs no permission, because no pod restarts.
 */
function roll(facts: Facts, reason: 'drifted' | 'not-recorded', moved: readonly string[]): Decision {
  if (!facts.mayRoll && !facts.idle) return { ...keep(facts, 'roll-on'), waiting: moved };
  if (facts.stage && !facts.idle) return { ...keep(facts, facts.stage), waiting: moved, stage: facts.stage };
  const marks = marksOfState(facts.live, facts.pin?.pinnedText);
  return {
    ...write(reason === 'drifted' && isUndo(facts) ? 'undo' : reason, marks, moved),
    ...lackingIn(facts.lacks),
  };
}

function decideWithMarks(facts: Facts): Decision | Need {
  if (needsRevisions(facts)) return { needs: 'revisions' };
  if (isUndoToCopies(facts) && facts.pin?.restorable === undefined) return { needs: 'copies' };
  // A create that adopts a revision does not change the template.
  if (changesTemplate(facts)) return decideChanged(facts);
  if (!isReferenced(facts)) return keep(facts, 'no-references');
  // The sources are again what the pods hold, so the hold has no purpose.
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
      return leaveIfLost(facts) ?? roll(facts, 'drifted', comparison.moved);
    case 'rescoped':
      return decideDoubtful(facts, [], false);
    case 'doubtful':
      return leaveIfLost(facts) ?? decideDoubtful(facts, comparison.doubtful, comparison.appeared);
    default:
      return comparison satisfies never;
  }
}

/**
 * The decision, or what it still lacks. It is total and deterministic: the same facts give the same decision.
 * After the decision is carried out, deciding again gives `leave`. It does not ask again for what the facts
 * contain.
 */
export function decide(facts: Facts): Decision | Need {
  const decision = decideWithMarks(facts);
  if (facts.bringer !== 'manifest' || !('marks' in decision)) return decision;
  return decision.marks.hash === facts.marks.hash ? decision : { ...decision, overManifest: true };
}
