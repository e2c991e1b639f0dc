import { type ConfigState, configState, v1 } from '../../src/digest/format.ts';
import { type Marks, marksOfState } from '../../src/marks/marks.ts';
import type { Decision, Facts, PinFacts } from '../../src/policy/decision.ts';

const state = (digest: string): ConfigState => configState(new Map([['configmap/app', digest]]), v1());
export const A = state('a'.repeat(64));
export const B = state('b'.repeat(64));
export const C = state('c'.repeat(64));
export const ABSENT = state('absent');
export const NONE = configState(new Map(), v1());
export const B_AND_MORE = configState(
  new Map([
    ['configmap/app', 'b'.repeat(64)],
    ['configmap/more', 'm'.repeat(64)],
  ]),
  v1(),
);

/** The value of `pinned` in these tests. */
export const PINNED = 'configmap/app';
export const pinnedMarks = (of: ConfigState): Marks => marksOfState(of, PINNED);

/** The facts of a workload that asks for copies. */
export const ASKS: PinFacts = {
  asked: true,
  pinnedText: PINNED,
  newHoldText: 'now',
  continuedHoldText: 'on',
  held: false,
  ofRevision: true,
  restorable: false,
};

/** Nothing has changed, and nothing changes: the template is in step, and its pods read copies. */
export const base: Facts = {
  operation: 'update',
  templateChanged: false,
  pin: ASKS,
  marks: pinnedMarks(A),
  marksBefore: pinnedMarks(A),
  bringer: 'request',
  recorded: A,
  live: A,
  recordedFormat: 'known',
  liveAsRecorded: A,
  rescoped: {},
  undoBringsMetadata: true,
  required: ['configmap/app'],
  idle: false,
  lacks: {},
  mayRoll: true,
};

/** The sources have this state now, in the only format. */
export const live = (of: ConfigState) => ({ live: of, liveAsRecorded: of });
/** The workload had this state before the call. */
export const was = (recorded: ConfigState) => ({
  recorded,
  marksBefore: pinnedMarks(recorded),
  marks: pinnedMarks(recorded),
});

export const HELD_MARKS: Marks = { ...pinnedMarks(A), held: 'held' };
/** Its pods are held at A, against B, which the sources hold. */
export const held = {
  marksBefore: HELD_MARKS,
  marks: HELD_MARKS,
  recorded: B,
  ...live(B),
  pin: { ...ASKS, held: true },
};

/** What the workload carries after a decision. */
export const carried = (of: Facts, decision: Decision): Marks =>
  decision.action === 'leave' ? of.marks : decision.marks;
