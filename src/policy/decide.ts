import type { ConfigState } from '../digest/format.ts';
import { compare } from './compare.ts';
import type { Adoption, Decision, Facts, LeaveReason, WriteReason } from './decision.ts';
import { type Marks, NO_MARKS, templateMarks } from './marks.ts';

/** A decision that records nothing new. */
type Kept = Exclude<Decision, { action: 'record' }>;

/** Sources whose digest is not the recorded one, gone and new ones included. */
function movedSources(recorded: ConfigState | undefined, live: ConfigState): string[] {
  const ids = new Set([...Object.keys(recorded?.sources ?? {}), ...Object.keys(live.sources)]);
  return [...ids].filter((id) => recorded?.sources[id] !== live.sources[id]).sort();
}

const isReferenced = ({ live }: Facts) => Object.keys(live.sources).length > 0;

/** A request that puts the hash on a template that had none changes the template, and means to. */
function changesTemplate(facts: Facts): boolean {
  return facts.templateChanged || (facts.before.hash === undefined && facts.marks.hash !== undefined);
}

/**
 * Ids of the sources whose history a decision needs. Reading it costs calls to the API server, so it is asked for only
 * where it decides.
 */
export function historyNeeded(facts: Facts): readonly string[] {
  if (!facts.managed || !isReferenced(facts) || facts.operation === 'create' || facts.idle) return [];
  if (changesTemplate(facts)) return [];
  const comparison = compare(facts);
  return comparison.verdict === 'doubtful' ? comparison.doubtful : [];
}

function sameMarks(a: Marks, b: Marks): boolean {
  return a.hash === b.hash && a.sources === b.sources && a.baseline === b.baseline;
}

/** The request carries a hash that is neither the one before nor today's: an old template comes back. */
function isUndo({ marks, before, live }: Facts): boolean {
  return (
    marks.hash !== undefined &&
    before.hash !== undefined &&
    marks.hash !== before.hash &&
    marks.hash !== live.hash
  );
}

const leave = (reason: LeaveReason): Kept => ({ action: 'leave', reason });

const write = (reason: WriteReason, marks: Marks, moved: readonly string[] = []): Kept => ({
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
  const wanted = templateMarks(live);
  const reason = facts.operation === 'create' ? 'created' : isUndo(facts) ? 'undo' : 'template-changed';
  if (!sameMarks(marks, wanted)) return write(reason, wanted, movedSources(facts.recorded, live));
  return leave(facts.operation === 'create' ? 'in-step' : 'template-changed');
}

/** Leave the workload as it was before the call; where the request dropped or changed our marks, put them back. */
function keep(facts: Facts, reason: LeaveReason): Kept {
  if (sameMarks(facts.marks, facts.before)) return leave(reason);
  return write(isUndo(facts) ? 'undo-no-op' : 'annotations-restored', facts.before);
}

function decideDoubtful(
  facts: Facts,
  doubtful: readonly string[],
  appeared: boolean,
  adoption: Adoption | undefined,
): Decision {
  if (adoption?.verdict === 'same') {
    const marks = { ...facts.before, baseline: adoption.baseline };
    const reason = !facts.recorded ? 'adopted' : appeared ? 'appeared' : 'rescoped';
    return { action: 'record', reason, marks };
  }
  if (appeared) return roll(facts, 'drifted', doubtful);
  const source = adoption?.source;
  return roll(facts, 'not-recorded', source === undefined ? [] : [source]);
}

/** A rollout that only configuration asks for, if this call may start one. A workload without pods rolls none. */
function roll(facts: Facts, reason: 'drifted' | 'not-recorded', moved: readonly string[]): Decision {
  if (!facts.mayRoll && !facts.idle) return { ...keep(facts, 'roll-on'), waiting: moved };
  return write(reason === 'drifted' && isUndo(facts) ? 'undo' : reason, templateMarks(facts.live), moved);
}

/**
 * The decision. Total and deterministic: the same facts give the same decision, and deciding again once it has been
 * carried out gives `leave`. `adoption` is needed where `historyNeeded` says so; without it pods count as differing.
 */
export function decide(facts: Facts, adoption?: Adoption): Decision {
  if (!facts.managed) return leave('unmanaged');
  if (facts.operation === 'create' || changesTemplate(facts)) return decideChanged(facts);
  if (!isReferenced(facts)) return keep(facts, 'no-references');
  const comparison = compare(facts);
  switch (comparison.verdict) {
    case 'in-step':
    case 'older-format':
    case 'unknown-format':
    case 'narrowed':
      return keep(facts, comparison.verdict);
    case 'moved':
      return roll(facts, 'drifted', comparison.moved);
    case 'doubtful':
      return decideDoubtful(facts, comparison.doubtful, comparison.appeared, adoption);
    default:
      return comparison satisfies never;
  }
}
