import { describe, expect, test } from 'vitest';
import { IN_STEP, type Standing } from '../../src/census/standing.ts';
import { createTally, type Tally } from '../../src/census/tally.ts';

const DRIFTED: Standing = { state: 'Drifted', isLate: true };
const KIND = 'Deployment';

/** A tally that knows all Deployments, and its clock. */
function tallyAt() {
  const clock = { nowMs: 0 };
  const tally = createTally(() => clock.nowMs);
  tally.begin('edits', [KIND]);
  const note = (uid: string, standing: Standing | undefined) => tally.note('edits', uid, KIND, standing);
  return { tally, clock, note };
}

/** The states that are not 0. */
const shown = (tally: Tally, kind = KIND) =>
  Object.fromEntries(Object.entries(tally.counts().get(kind)?.states ?? {}).filter(([, count]) => count > 0));
const longest = (tally: Tally) => tally.counts().get(KIND)?.longestDriftMs;

describe('the count', () => {
  test('has each workload once, by its last judgement, and unknown before the first one', () => {
    const { tally, note } = tallyAt();
    tally.meet('edits', 'a', KIND);
    tally.meet('edits', 'b', KIND);
    expect(shown(tally)).toEqual({ Unknown: 2 });
    note('a', DRIFTED);
    tally.meet('edits', 'a', KIND);
    expect(shown(tally)).toEqual({ Drifted: 1, Unknown: 1 });
    note('a', IN_STEP);
    note('b', undefined);
    expect(shown(tally)).toEqual({ InStep: 1 });
  });

  test.each(['edits', 'census'] as const)(
    'one that does not count stays out when %s meets it again',
    (by) => {
      const { tally } = tallyAt();
      tally.meet(by, 'a', KIND);
      tally.note(by, 'a', KIND, undefined);
      tally.meet(by, 'a', KIND);
      expect(shown(tally)).toEqual({});
      tally.note(by, 'a', KIND, IN_STEP);
      expect(shown(tally)).toEqual({ InStep: 1 });
    },
  );

  test('one that is gone is met as a new one, and a look that ends later keeps nothing of it', () => {
    const { tally, note } = tallyAt();
    note('a', IN_STEP);
    tally.forget('edits', 'a');
    note('a', undefined);
    expect(tally.isFollowed('a')).toBe(false);
    tally.meet('edits', 'a', KIND);
    expect(shown(tally)).toEqual({ Unknown: 1 });
  });

  test('one that did not count is unknown once edits are followed for it: it has a template of its own', () => {
    const { tally } = tallyAt();
    tally.meet('census', 'a', KIND);
    tally.note('census', 'a', KIND, undefined);
    tally.meet('edits', 'a', KIND);
    expect(shown(tally)).toEqual({ Unknown: 1 });
  });

  test('has only kinds whose workloads are all known', () => {
    const { tally } = tallyAt();
    tally.meet('census', 's', 'StatefulSet');
    expect([...tally.counts().keys()]).toEqual([KIND]);
    tally.begin('census', ['StatefulSet']);
    expect(shown(tally, 'StatefulSet')).toEqual({ Unknown: 1 });
  });

  test('ends with the term, and what the other one counts goes on', () => {
    const { tally, note } = tallyAt();
    note('a', DRIFTED);
    tally.begin('census', [KIND]);
    tally.note('census', 'b', KIND, IN_STEP);
    tally.end('edits');
    expect(shown(tally)).toEqual({ InStep: 1 });
    tally.end('census');
    expect(tally.counts().size).toBe(0);
  });
});

describe('a workload that two would count', () => {
  test('is counted by the one that follows it', () => {
    const { tally } = tallyAt();
    tally.note('census', 'a', KIND, DRIFTED);
    expect(tally.isFollowed('a')).toBe(false);
    tally.meet('edits', 'a', KIND);
    expect(tally.isFollowed('a')).toBe(true);
    tally.note('census', 'a', KIND, IN_STEP);
    tally.note('census', 'a', KIND, undefined);
    tally.drop(() => true);
    expect(shown(tally)).toEqual({ Drifted: 1 });
  });

  test('is dropped by the census when a list has it no more', () => {
    const { tally } = tallyAt();
    for (const uid of ['a', 'b']) tally.note('census', uid, KIND, IN_STEP);
    tally.drop((uid, kind) => kind === KIND && uid === 'b');
    expect(shown(tally)).toEqual({ InStep: 1 });
  });
});

describe('the longest drift', () => {
  test('is that of the workload that has drifted longest, and ends with its drift', () => {
    const { tally, clock, note } = tallyAt();
    note('a', DRIFTED);
    clock.nowMs = 10;
    note('a', DRIFTED);
    note('b', DRIFTED);
    clock.nowMs = 15;
    expect(longest(tally)).toBe(15);
    note('a', IN_STEP);
    expect(longest(tally)).toBe(5);
    note('a', DRIFTED);
    note('b', { state: 'Drifted', isLate: false });
    expect(longest(tally)).toBe(0);
  });

  test('counts a wait for a turn, as waiting', () => {
    const { tally, clock, note } = tallyAt();
    note('a', DRIFTED);
    clock.nowMs = 10;
    tally.setWaits(new Map([['a', 'in-turn']]));
    expect(shown(tally)).toEqual({ Waiting: 1 });
    expect(longest(tally)).toBe(10);
  });

  test('counts no wait on purpose, and begins when that ends', () => {
    const { tally, clock, note } = tallyAt();
    note('a', DRIFTED);
    clock.nowMs = 10;
    tally.setWaits(new Map([['a', 'on-purpose']]));
    clock.nowMs = 11;
    expect(shown(tally)).toEqual({ Waiting: 1 });
    expect(longest(tally)).toBe(0);
    tally.setWaits(new Map());
    clock.nowMs = 15;
    expect(shown(tally)).toEqual({ Drifted: 1 });
    expect(longest(tally)).toBe(5);
  });
});
