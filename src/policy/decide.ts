import type { ConfigState } from '../digest/format.ts';
import { compare, type Records } from './compare.ts';
import { type Marks, NO_MARKS, templateMarks } from './marks.ts';
import type { WorkloadOperation } from './roll-on.ts';

export type LeaveReason =
  | 'unmanaged'
  | 'no-references'
  | 'template-changed'
  | 'in-step'
  | 'older-format'
  | 'unknown-format'
  | 'narrowed'
  | 'roll-on';
export type RecordReason = 'adopted' | 'appeared' | 'rescoped';
export type WriteReason =
  | 'created'
  | 'template-changed'
  | 'annotations-restored'
  | 'references-gone'
  | 'not-recorded'
  | 'drifted'
  | 'undo'
  | 'undo-no-op';

/** Sources that moved although this call may not roll the workload; empty where it is not known which. */
export type Waiting = readonly string[];

/** What to do with a workload, and why. `marks` are what it must carry afterwards. */
export type Decision =
  | {
      readonly action: 'leave';
      readonly reason: LeaveReason;
      readonly waiting?: Waiting;
    }
  | { readonly action: 'record'; readonly reason: RecordReason; readonly marks: Marks }
  | {
      readonly action: 'write';
      readonly reason: WriteReason;
      readonly marks: Marks;
      readonly moved: readonly string[];
      readonly waiting?: Waiting;
    };

/** A decision that records nothing new. */
type Kept = Exclude<Decision, { action: 'record' }>;

/** Everything a decision rests on. */
export interface Facts extends Records {
  readonly operation: WorkloadOperation;
  readonly managed: boolean;
  /** The template differs from what it was before the call, apart from the marks. */
  readonly templateChanged: boolean;
  /** The marks in the request's object; on a scale, those of the workload. */
  readonly marks: Marks;
  /** The marks before the call; none on a create. */
  readonly before: Marks;
  /** The workload has no pods to keep in step: it stands at 0 replicas. */
  readonly idle: boolean;
  /** This call may start a rollout of its own. */
  readonly mayRoll: boolean;
}

/** What the history of sources and ReplicaSet says: all pods hold the same (with the baseline that says so), or not. */
export type Adoption =
  | { readonly verdict: 'same'; readonly baseline: string }
  | { readonly verdict: 'may-differ'; readonly source: string | undefined };

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
