import { describe, expect, test } from 'vitest';
import { censusPass, stepMs } from '../../src/census/pass.ts';
import type { CensusPlace, CensusPorts } from '../../src/census/ports.ts';
import type { Judged } from '../../src/census/standing.ts';
import { createTally } from '../../src/census/tally.ts';
import { unmanaged } from '../../src/in-step/assess.ts';
import { NO_MARKS } from '../../src/marks/marks.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewDeps } from '../kit/reviews.ts';

describe('the pace', () => {
  test('of the first pass is 20 in a second', () => {
    expect(stepMs(5000, 3_600_000, true)).toBe(50);
  });

  test('of later passes takes all of their time, and is never more than that', () => {
    expect(stepMs(5000, 3_600_000, false)).toBe(720);
    expect(stepMs(1_000_000, 3_600_000, false)).toBe(50);
    expect(stepMs(0, 3_600_000, false)).toBe(50);
  });
});

const place = (name: string): CensusPlace => ({ kind: DEPLOYMENT, namespace: 'n', name, uid: name });
const workload = viewOf(deployment({}));
const call = {
  ...({ operation: 'scale', workload, before: workload, pinNamespace: false } as const),
  signal: new AbortController().signal,
};
const LATE: Judged = {
  ...{
    kind: 'brought',
    read: workload,
    patched: undefined,
    copyWarnings: [],
    observed: false,
    observes: false,
  },
  assessment: {
    ...unmanaged(reviewDeps({}).deps, call),
    idle: false,
    decision: { action: 'write', reason: 'drifted', marks: NO_MARKS, moved: [] },
  },
};
const LOST = new Error('no answer');

/** What a list gives, and which of them cannot be judged. */
function passOver(tally: ReturnType<typeof createTally>, followsEdits = false) {
  const errors: unknown[] = [];
  const judged: string[] = [];
  const pass = async (names: readonly string[] | 'fails', broken: readonly string[] = []) => {
    const ports: CensusPorts = {
      async *list() {
        if (names === 'fails') throw LOST;
        yield names.map(place);
      },
      async judge({ name }) {
        judged.push(name);
        if (broken.includes(name)) throw LOST;
        return name === 'late' ? LATE : { kind: 'gone', observes: false };
      },
    };
    const { signal } = new AbortController();
    const deps = { ports, kinds: [DEPLOYMENT], tally, followsEdits, everyMs: 1 };
    await censusPass(deps, true, (error) => errors.push(error), signal);
  };
  return { pass, errors, judged };
}

const longest = (tally: ReturnType<typeof createTally>) => tally.counts().get('Deployment')?.longestDriftMs;

const known = (tally: ReturnType<typeof createTally>) =>
  tally.counts().get('Deployment')?.states ?? 'not counted';

describe('a pass', () => {
  test('leaves those alone that the controller of edits follows', async () => {
    const tally = createTally(() => 0);
    tally.meet('edits', 'a', 'Deployment');
    const { pass, judged } = passOver(tally);
    await pass(['a', 'b']);
    expect(judged).toEqual(['b']);
    expect(known(tally)).toMatchObject({ Unknown: 1 });
  });

  test.each([
    [false, 'counts the drift of those that wait for a call', 5],
    [true, 'counts no drift where all but they roll after edits', 0],
  ])('with edits %s, %s', async (followsEdits, _, expected) => {
    let nowMs = 0;
    const tally = createTally(() => nowMs);
    await passOver(tally, followsEdits).pass(['late']);
    nowMs = 5;
    expect(known(tally)).toMatchObject({ Drifted: 1 });
    expect(longest(tally)).toBe(expected);
  });

  test('drops those that are listed no more, and those that went before they were judged', async () => {
    const tally = createTally(() => 0);
    for (const uid of ['a', 'b']) tally.note('census', uid, 'Deployment', { state: 'Held', isLate: false });
    const { pass, errors } = passOver(tally);
    await pass(['b', 'c'], ['b']);
    expect(errors).toEqual([LOST]);
    expect(known(tally)).toMatchObject({ Held: 1, Unknown: 0 });
  });

  test('gives no count of what it could not list, and keeps what it knew', async () => {
    const tally = createTally(() => 0);
    const { pass, errors } = passOver(tally);
    await pass('fails');
    expect(known(tally)).toBe('not counted');
    await pass(['a'], ['a']);
    await pass('fails');
    expect(known(tally)).toMatchObject({ Unknown: 1 });
    expect(errors).toEqual([LOST, LOST, LOST]);
  });
});
