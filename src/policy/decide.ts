import { type ConfigState, formatOf } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { type Marks, NO_MARKS, templateMarks } from './marks.ts';

export type LeaveReason =
  | 'unmanaged'
  | 'no-references'
  | 'template-changed'
  | 'in-step'
  | 'older-format'
  | 'unknown-format';
export type RecordReason = 'adopted' | 'appeared';
export type WriteReason =
  | 'created'
  | 'template-changed'
  | 'annotations-restored'
  | 'references-gone'
  | 'not-recorded'
  | 'drifted'
  | 'undo'
  | 'undo-no-op';

/** What to do with a workload, and why. `marks` are what it must carry afterwards. */
export type Decision =
  | { readonly action: 'leave'; readonly reason: LeaveReason }
  | { readonly action: 'record'; readonly reason: RecordReason; readonly marks: Marks }
  | {
      readonly action: 'write';
      readonly reason: WriteReason;
      readonly marks: Marks;
      readonly moved: readonly string[];
    };

/** Everything a decision rests on. */
export interface Facts {
  readonly operation: 'create' | 'update' | 'scale';
  readonly managed: boolean;
  /** The pod template refers to at least one source. */
  readonly referenced: boolean;
  /** The template differs from what it was before the call, apart from the marks. */
  readonly templateChanged: boolean;
  /** The marks in the request's object; on a scale, those of the workload. */
  readonly marks: Marks;
  /** The marks before the call; none on a create. */
  readonly before: Marks;
  /** The configuration on record before the call. */
  readonly recorded: ConfigState | undefined;
  readonly live: ConfigState;
  /** The live hash in the recorded one's format, where that format is known. */
  readonly liveAsRecorded: string | undefined;
  /** Ids of the sources that no pod can start without. */
  readonly required: ReadonlySet<string>;
  /** The workload has no pods to keep in step: it stands at 0 replicas. */
  readonly idle: boolean;
}

/** What the history of sources and ReplicaSet says: all pods hold the same (with the baseline that says so), or not. */
export type Adoption =
  | { readonly verdict: 'same'; readonly baseline: string }
  | { readonly verdict: 'may-differ'; readonly source: string | undefined };

/** Sources whose digest is not the recorded one, gone and new ones included. */
export function movedSources(recorded: ConfigState | undefined, live: ConfigState): string[] {
  const ids = new Set([...Object.keys(recorded?.sources ?? {}), ...Object.keys(live.sources)]);
  return [...ids].filter((id) => recorded?.sources[id] !== live.sources[id]).sort();
}

function matchesRecorded(facts: Facts): 'equal' | 'equal-in-older-format' | 'unknown-format' | 'different' {
  const { recorded, live, liveAsRecorded } = facts;
  if (!recorded) return 'different';
  if (recorded.hash === live.hash) return 'equal';
  if (formatOf(recorded.hash).kind === 'unknown' && liveAsRecorded === undefined) return 'unknown-format';
  return recorded.hash === liveAsRecorded ? 'equal-in-older-format' : 'different';
}

/** A request that puts the hash on a template that had none changes the template, and means to. */
function changesTemplate(facts: Facts): boolean {
  return facts.templateChanged || (facts.before.hash === undefined && facts.marks.hash !== undefined);
}

/** Only required sources that were absent when recorded have moved, and are there now. */
function onlyAppeared(facts: Facts): boolean {
  const { recorded, live, required } = facts;
  const moved = movedSources(recorded, live);
  return (
    moved.length > 0 &&
    moved.every((id) => recorded?.sources[id] === ABSENT && required.has(id) && id in live.sources)
  );
}

/**
 * Whose history a decision needs: of every source (`all`), of those that have appeared since they were recorded as
 * absent (`appeared`), or none. Reading it costs calls to the API server, so it is asked for only where it decides.
 */
export function historyNeeded(facts: Facts): 'none' | 'all' | 'appeared' {
  if (!facts.managed || !facts.referenced || facts.operation === 'create' || facts.idle) return 'none';
  if (changesTemplate(facts) || matchesRecorded(facts) !== 'different') return 'none';
  if (!facts.recorded) return 'all';
  return onlyAppeared(facts) ? 'appeared' : 'none';
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

function decideChanged(facts: Facts): Decision {
  const { marks, live } = facts;
  if (!facts.referenced) {
    if (sameMarks(marks, NO_MARKS)) return { action: 'leave', reason: 'no-references' };
    return { action: 'write', reason: 'references-gone', marks: NO_MARKS, moved: [] };
  }
  const wanted = templateMarks(live);
  const reason = facts.operation === 'create' ? 'created' : isUndo(facts) ? 'undo' : 'template-changed';
  if (!sameMarks(marks, wanted))
    return { action: 'write', reason, marks: wanted, moved: movedSources(facts.recorded, live) };
  return { action: 'leave', reason: facts.operation === 'create' ? 'in-step' : 'template-changed' };
}

/** Leave the workload as it was before the call; where the request dropped or changed our marks, put them back. */
function keep(facts: Facts, reason: LeaveReason): Decision {
  if (sameMarks(facts.marks, facts.before)) return { action: 'leave', reason };
  const restored = isUndo(facts) ? 'undo-no-op' : 'annotations-restored';
  return { action: 'write', reason: restored, marks: facts.before, moved: [] };
}

function decideDrifted(facts: Facts, adoption: Adoption | undefined): Decision {
  const { recorded, live } = facts;
  if (adoption?.verdict === 'same') {
    const marks = { ...facts.before, baseline: adoption.baseline };
    return { action: 'record', reason: recorded ? 'appeared' : 'adopted', marks };
  }
  const marks = templateMarks(live);
  if (!recorded) {
    const doubt = adoption?.source;
    return { action: 'write', reason: 'not-recorded', marks, moved: doubt === undefined ? [] : [doubt] };
  }
  const moved = movedSources(recorded, live);
  return { action: 'write', reason: isUndo(facts) ? 'undo' : 'drifted', marks, moved };
}

/**
 * The decision. Total and deterministic: the same facts give the same decision, and deciding again once it has been
 * carried out gives `leave`. `adoption` is needed where `historyNeeded` says so; without it pods count as differing.
 */
export function decide(facts: Facts, adoption?: Adoption): Decision {
  if (!facts.managed) return { action: 'leave', reason: 'unmanaged' };
  if (facts.operation === 'create' || changesTemplate(facts)) return decideChanged(facts);
  if (!facts.referenced) return keep(facts, 'no-references');
  const match = matchesRecorded(facts);
  switch (match) {
    case 'equal':
      return keep(facts, 'in-step');
    case 'equal-in-older-format':
      return keep(facts, 'older-format');
    case 'unknown-format':
      return keep(facts, 'unknown-format');
    case 'different':
      return decideDrifted(facts, adoption);
    default:
      return match satisfies never;
  }
}
