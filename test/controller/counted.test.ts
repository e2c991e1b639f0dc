import { describe, expect, test } from 'vitest';
import { IN_STEP } from '../../src/census/standing.ts';
import { createTally } from '../../src/census/tally.ts';
import { countInStep, countSeen, mayBeBack, waitsIn } from '../../src/controller/counted.ts';
import type { Indexed } from '../../src/controller/indexed.ts';
import type { Standstill } from '../../src/controller/standstills.ts';
import type { TermState } from '../../src/controller/state.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { memberOf, newQueue } from './given.ts';

const indexedAs = (uid: string, generation = 1): Indexed => ({
  ...{ member: memberOf('web'), kind: DEPLOYMENT, name: 'web', uid, settings: { windows: undefined } },
  ...{ stays: false, generation, progress: 'complete', failure: undefined, deadlineMs: undefined },
  ...{ note: undefined, idle: false, contents: new Map(), recorded: true },
});

function counting() {
  const tally = createTally(() => 0);
  return { tally, state: { deps: { tally } } };
}

test('a look that ends after its workload has gone counts nothing', () => {
  const { tally, state } = counting();
  const index = (now: Indexed | undefined) => ({
    ...state,
    index: { get: () => now } as unknown as TermState['index'],
  });
  countInStep(index(undefined), indexedAs('a'));
  countInStep(index(indexedAs('b')), indexedAs('a'));
  expect(tally.stateOf('a')).toBeUndefined();
  countInStep(index(indexedAs('a')), indexedAs('a'));
  expect(tally.stateOf('a')).toBe('InStep');
});

describe('what a watch sees', () => {
  test('is counted under the uid of the workload, so that one that was made again is another one', () => {
    const { tally, state } = counting();
    countSeen(state, undefined, indexedAs('a'));
    tally.note('edits', 'a', 'Deployment', IN_STEP);
    countSeen(state, indexedAs('a'), indexedAs('b'));
    expect([tally.stateOf('a'), tally.stateOf('b')]).toEqual([undefined, 'Unknown']);
    countSeen(state, indexedAs('b'), undefined);
    expect(tally.stateOf('b')).toBeUndefined();
  });

  test('is looked at if somebody has written a workload that was out of step', () => {
    const { tally, state } = counting();
    const written = { ...state, queue: newQueue() };
    const isBack = () => mayBeBack(written, indexedAs('a'), indexedAs('a', 2));
    tally.note('edits', 'a', 'Deployment', IN_STEP);
    expect(isBack()).toBe(false);
    for (const is of ['Drifted', 'Waiting', 'Held'] as const) {
      tally.note('edits', 'a', 'Deployment', { state: is, isLate: false });
      expect(isBack()).toBe(true);
      expect(mayBeBack(written, indexedAs('a'), indexedAs('a'))).toBe(false);
    }
  });
});

test('what stands still waits on purpose, or for its turn', () => {
  const still = (uid: string, isMeant: boolean): Standstill => ({
    ...{ id: uid, of: { is: 'workload', workload: indexedAs(uid) }, goesOn: true, isMeant, text: () => '' },
  });
  const source: Standstill = { ...still('', false), of: { is: 'source', source: 'n/configmap/s' } };
  expect([...waitsIn([still('a', true), still('b', false), source])]).toEqual([
    ['a', 'on-purpose'],
    ['b', 'in-turn'],
  ]);
});
