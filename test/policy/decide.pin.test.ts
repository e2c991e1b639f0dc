import { describe, expect, test } from 'vitest';
import { type Marks, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import type { Facts } from '../../src/policy/decision.ts';
import { copiesNeeded, decisionOn, historyNeeded, revisionsNeeded } from './decided.ts';
import {
  A,
  ABSENT,
  ASKS,
  B,
  B_AND_MORE,
  base,
  C,
  carried,
  HELD_MARKS,
  held,
  live,
  NONE,
  pinnedMarks,
  was,
} from './pinned-facts.ts';

const NAMES = new Map([A, B, C, ABSENT, NONE, B_AND_MORE].map(({ hash }, i) => [hash, 'ABC-0M'[i]]));
/** `A pinned held`, with the pinned sources and the hold. */
const said = ({ hash, pinned, baseline, held }: Marks) =>
  [NAMES.get(hash ?? '') ?? 'none', pinned && 'pinned', baseline, held].filter(Boolean).join(' ');

/** [what happens, what the workload carries then, the facts] */
type Case = [string, string, Partial<Facts>];
const check = (outcome: string, carries: string, facts: Partial<Facts>): void => {
  const of = { ...base, ...facts };
  const decision = decisionOn(of);
  expect(`${decision.action} ${decision.reason}: ${said(carried(of, decision))}`).toBe(
    `${outcome}: ${carries}`,
  );
};

const template = { templateChanged: true };
const restorable = { ...ASKS, restorable: true };
const noRoll = { mayRoll: false };
const dropped = { marks: NO_MARKS };
const unasked = { ...ASKS, asked: false, pinnedText: undefined };
const unpinned = { marksBefore: marksOfState(A), marks: marksOfState(A) };

describe('copies are asked for, and no longer', () => {
  test.each<Case>([
    [
      'write created',
      'A pinned',
      { operation: 'create', marksBefore: NO_MARKS, recorded: undefined, ...template, ...dropped },
    ],
    ['write template-changed', 'A pinned', { ...unpinned, ...template }],
    ['write template-changed', 'A', { pin: undefined, ...template }],
    ['write drifted', 'B pinned', live(B)],
    ['write drifted', 'B pinned', { ...live(B), ...unpinned }],
    ['write drifted', 'B', { ...live(B), pin: undefined }],
    ['write drifted', 'B', { ...live(B), pin: { ...ASKS, pinnedText: undefined } }],
    // Turning it on or off restarts no pod. Neither does a user that adds or removes the annotation.
    ['leave in-step', 'A', unpinned],
    ['leave in-step', 'A', { ...unpinned, operation: 'scale' }],
    ['leave in-step', 'A pinned', { pin: undefined }],
    ['leave in-step', 'A pinned', { pin: { ...ASKS, pinnedText: undefined } }],
    ['write annotations-restored', 'A', { ...unpinned, marks: pinnedMarks(A) }],
    ['write annotations-restored', 'A pinned', { marks: marksOfState(A) }],
    ['write annotations-restored', 'A pinned', { ...dropped, pin: undefined }],
  ])('%s: %s', check);
});

const undo = { ...was(B), marks: pinnedMarks(A), ...live(B) };
describe('an undo', () => {
  test.each<Case>([
    ['write undo-held', 'A pinned now', { ...undo, pin: restorable }],
    ['write undo-held', 'A pinned now', { ...undo, pin: restorable, ...template }],
    ['write undo-held', 'A pinned now', { ...undo, pin: restorable, ...noRoll }],
    ['write undo-held', 'A pinned now', { ...undo, pin: restorable, ...live(C) }],
    [
      'write undo-held',
      'A pinned now',
      { ...undo, pin: restorable, marks: { ...pinnedMarks(A), baseline: 'b', held: 'h' } },
    ],
    // No source can be pinned today. It is absent, for example.
    [
      'write undo-held',
      'A pinned now',
      { ...undo, pin: { ...restorable, pinnedText: undefined }, ...live(ABSENT) },
    ],
    // The undo cannot be held: copies are gone, there never were any, or the record cannot be read.
    ['write undo-no-op', 'B pinned', undo],
    ['write undo-no-op', 'B', { ...undo, marksBefore: marksOfState(B) }],
    ['write undo-no-op', 'B pinned', { ...undo, pin: restorable, marks: marksOfState(A) }],
    ['write undo-no-op', 'B pinned', { ...undo, pin: restorable, marks: marksOfState(A, 'nonsense') }],
    ['write undo-no-op', 'B pinned', { ...undo, pin: unasked }],
    ['write undo', 'B pinned', { ...undo, ...template }],
    ['write undo', 'B', { ...undo, ...template, pin: undefined }],
    ['write undo', 'C pinned', { ...undo, ...live(C) }],
    ['write undo-no-op', 'B pinned', { ...undo, ...live(C), ...noRoll }],
    // An undo to today's configuration.
    ['leave template-changed', 'A pinned', { ...undo, ...live(A) }],
    ['write template-changed', 'A pinned', { ...undo, ...live(A), marks: { ...pinnedMarks(A), held: 'h' } }],
  ])('%s: %s', check);

  const noRevision = { ...restorable, ofRevision: false };
  const manifest = { bringer: 'manifest', pin: restorable } as const;
  const earlierTurn = { bringer: 'earlier-turn', pin: restorable } as const;
  test.each<Case>([
    // A controller copies the marks of another workload.
    ['write annotations-restored', 'B pinned', { ...undo, pin: noRevision }],
    ['write template-changed', 'B pinned', { ...undo, ...template, pin: noRevision }],
    ['write drifted', 'C pinned', { ...undo, ...live(C), pin: noRevision }],
    // A manifest was exported with the marks of its day.
    ['write annotations-restored', 'B pinned', { ...undo, ...manifest }],
    ['write template-changed', 'B pinned', { ...undo, ...template, ...manifest }],
    ['write drifted', 'C pinned', { ...undo, ...live(C), ...manifest }],
    ['write drifted', 'A pinned', { ...undo, ...live(A), ...manifest }],
    ['write annotations-restored', 'B pinned', { ...undo, ...live(A), ...manifest, ...noRoll }],
    // lockstep wrote the marks because the template had changed. A later webhook changed it back.
    ['write annotations-restored', 'B pinned', { ...undo, ...earlierTurn }],
    ['write annotations-restored', 'B pinned', { ...undo, ...live(A), ...earlierTurn, ...noRoll }],
  ])('is not what the marks of a manifest, of another workload or of lockstep are: %s: %s', check);

  // `kubectl rollout undo` of a StatefulSet leaves the annotation `held` as it is.
  test('from one hold to another of the same hash is told by the revisions, if metadata does not come back', () => {
    const facts = { ...held, ...live(C), ...template, undoBringsMetadata: false };
    const isOf = (ofRevision: boolean) => ({ ...facts, pin: { ...restorable, held: true, ofRevision } });
    check('write undo-held', 'A pinned now', isOf(true));
    check('write template-changed', 'C pinned', isOf(false));
    expect(revisionsNeeded({ ...base, ...isOf(true) })).toBe(true);
    expect(revisionsNeeded({ ...base, ...isOf(true), templateChanged: false })).toBe(false);
    expect(revisionsNeeded({ ...base, ...isOf(true), bringer: 'manifest' })).toBe(false);
  });

  test('needs revisions only if the marks may be those of one', () => {
    const needed = (facts: Partial<Facts>) =>
      revisionsNeeded({ ...base, ...undo, pin: restorable, ...facts });
    expect(needed({})).toBe(true);
    expect(needed(template)).toBe(true);
    expect(needed(live(A))).toBe(true);
    for (const facts of [
      { pin: undefined },
      { pin: unasked },
      { marks: marksOfState(A) },
      { marks: pinnedMarks(B) },
      { marks: NO_MARKS },
      { marksBefore: NO_MARKS },
      { bringer: 'manifest' } as const,
      { bringer: 'earlier-turn' } as const,
      { ...live(A), ...template },
    ])
      expect(needed(facts)).toBe(false);
  });

  test('needs copies only if it could be held at them', () => {
    const needed = (facts: Partial<Facts>) => copiesNeeded({ ...base, ...undo, ...facts });
    expect(needed({})).toBe(true);
    for (const facts of [
      { pin: undefined },
      { pin: unasked },
      { marks: marksOfState(A) },
      { marks: pinnedMarks(B) },
      { marks: NO_MARKS },
      live(A),
      { marksBefore: NO_MARKS },
    ])
      expect(needed(facts)).toBe(false);
  });
});

const off = { pin: { ...unasked, held: true } };
const other = { marks: pinnedMarks(A), ...template };
const taken = { marks: pinnedMarks(A), recorded: A, pin: ASKS };
describe('a held workload', () => {
  test.each<Case>([
    ['leave held', 'A pinned held', {}],
    ['leave held', 'A pinned held', { operation: 'scale' }],
    ['leave held', 'A pinned held', off],
    ['leave held', 'A pinned held', { liveAsRecorded: B, live: { ...B, hash: C.hash } }],
    ['write hold-restored', 'A pinned held', dropped],
    ['write hold-restored', 'A pinned held', { ...dropped, ...off }],
    ['write hold-restored', 'A pinned held', { marks: { ...HELD_MARKS, held: 'forged' } }],
    // The set of sources that count has changed.
    ['record held', 'A pinned on', live(B_AND_MORE)],
    ['record held', 'A pinned on', { ...live(B_AND_MORE), ...dropped }],
    ['leave held', 'A pinned held', { ...live(B), recorded: B_AND_MORE }],
    ['leave no-references', 'A pinned held', live(NONE)],
    // A source was edited, or exists now.
    ['write drifted', 'C pinned', live(C)],
    ['write drifted', 'C pinned', { ...live(C), operation: 'scale' }],
    ['write drifted', 'C', { ...live(C), ...off }],
    ['write drifted', 'B pinned', { recorded: ABSENT }],
    ['leave roll-on', 'A pinned held', { ...live(C), ...noRoll }],
    ['record released', 'A pinned', live(A)],
    ['record released', 'A pinned', { ...live(A), ...noRoll, ...off }],
    // A new template.
    ['write template-changed', 'B pinned', template],
    ['write template-changed', 'B', { ...template, ...off }],
    ['write template-changed', 'B pinned', { ...template, ...dropped }],
    ['write references-gone', 'none', { ...template, ...live(NONE) }],
    // The annotation was taken away.
    ['write drifted', 'B pinned', taken],
    ['leave roll-on', 'A pinned', { ...taken, ...noRoll }],
    // The annotation was about another template. The workload is not held, and the update is not an undo.
    ['write template-changed', 'B pinned', { ...other, recorded: A, pin: restorable }],
    // The same with copies switched off in the program: the annotation does not count.
    ['write drifted', 'B', { recorded: A, pin: undefined }],
  ])('%s: %s', (outcome, carries, facts) => {
    check(outcome, carries, { ...held, ...facts });
  });

  const again = { ...ASKS, held: true, restorable: true };
  test.each<Case>([
    ['write undo-held', 'A pinned now', { ...other, pin: again }],
    ['write undo', 'B pinned', other],
    ['write undo-held', 'C pinned now', { marks: pinnedMarks(C), pin: again }],
    ['write undo-no-op', 'A pinned held', { marks: pinnedMarks(C) }],
    ['write undo-no-op', 'A pinned held', { marks: marksOfState(C), ...off }],
    ['leave template-changed', 'B pinned', { marks: pinnedMarks(B) }],
    ['leave template-changed', 'B pinned', { marks: pinnedMarks(B), ...template }],
    ['write template-changed', 'B pinned', { marks: marksOfState(B) }],
    ['write template-changed', 'B', { marks: pinnedMarks(B), ...off }],
    ['write template-changed', 'B pinned', { marks: { ...pinnedMarks(B), held: 'held' } }],
    // Applied again with an image whose tag a later webhook resolves to the same digest.
    ['write hold-restored', 'A pinned held', { marks: pinnedMarks(B), bringer: 'earlier-turn' }],
    ['write hold-restored', 'A pinned held', { marks: pinnedMarks(B), bringer: 'manifest' }],
    ['write hold-restored', 'A pinned held', { marks: pinnedMarks(C), bringer: 'manifest', pin: again }],
    ['write template-changed', 'B pinned', { ...other, bringer: 'manifest', pin: again }],
  ])('undone: %s: %s', (outcome, carries, facts) => {
    check(outcome, carries, { ...held, ...facts });
  });

  test('reports the end by a new template, and needs no history', () => {
    expect(decisionOn({ ...base, ...held, ...template })).toMatchObject({ endsHold: true });
    expect(decisionOn({ ...base, ...undo, ...template })).not.toHaveProperty('endsHold');
    expect(historyNeeded({ ...base, ...held, ...live(B_AND_MORE) })).toEqual([]);
  });
});
