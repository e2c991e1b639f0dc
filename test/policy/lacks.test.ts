import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import { type Lacks, lacksOf, lostSources } from '../../src/policy/lacks.ts';
import type { Usage } from '../../src/references/usage.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';

const needed = { env: ['a'], files: ['b'] };
const [ONE, TWO] = ['a'.repeat(64), 'b'.repeat(64)];
const state = (digests: Record<string, string>) => configState(new Map(Object.entries(digests)), v1());

describe('what pods lack', () => {
  const lacks = (usage: Usage, digest: string, ...missing: string[]) =>
    lacksOf([usage], { 'configmap/app': digest }, new Map([['configmap/app', missing]]))['configmap/app'];
  const named: Usage = { ...ALL_OF_APP, data: ['a'], binaryData: ['b'], needed };
  test.each<[string, ReturnType<typeof lacks>, Usage, string, string[]]>([
    ['a source that they need', { what: 'source' }, named, 'absent', []],
    ['a key that counts', { what: 'keys', keys: ['a'], counted: true }, named, ONE, ['a']],
    ['keys of both fields', { what: 'keys', keys: ['a', 'b'], counted: true }, named, ONE, ['a', 'b']],
    ['a key that no mount shows', { what: 'keys', keys: ['a', 'c'], counted: false }, named, ONE, ['a', 'c']],
    [
      'a key that may be ignored',
      { what: 'keys', keys: ['a'], counted: false },
      { ...ALL_OF_APP, except: ['*'], needed },
      ONE,
      ['a'],
    ],
    ['nothing', undefined, named, ONE, []],
    ['nothing if they start without the source', undefined, { ...named, needed: undefined }, 'absent', []],
  ])('%s', (_what, expected, usage, digest, missing) => {
    expect(lacks(usage, digest, ...missing)).toEqual(expected);
  });
});

describe('what is lost, of ten sources', () => {
  const ids = Array.from({ length: 10 }, (_, i) => `configmap/c${i}`);
  const allAt = (digest: string, changes: Record<string, string> = {}) =>
    state({ ...Object.fromEntries(ids.map((id) => [id, digest])), ...changes });
  const lost = (then: Record<string, string> | undefined, now: Record<string, string>, lacks: Lacks) => {
    const live = allAt(ONE, now);
    const recorded = then && allAt(ONE, then);
    const records = { recorded, recordedFormat: 'known', live, liveAsRecorded: live, rescoped: {} } as const;
    const notHeld = { marksBefore: NO_MARKS, pin: undefined };
    return lostSources({ ...records, ...notHeld, required: ids, lacks });
  };
  const keys = (counted: boolean): Lacks => ({ 'configmap/c3': { what: 'keys', keys: ['k'], counted } });
  const gone: Lacks = { 'configmap/c3': { what: 'source' } };
  const C3 = { id: 'configmap/c3', keys: [] };
  const K_OF_C3 = { id: 'configmap/c3', keys: ['k'] };
  test.each<[string, ReturnType<typeof lost>, ReturnType<typeof lost>]>([
    ['the one that is gone', lost({}, { 'configmap/c3': 'absent' }, gone), [C3]],
    ['it, if nothing is on record', lost(undefined, { 'configmap/c3': 'absent' }, gone), [C3]],
    [
      'nothing, if it was gone before',
      lost({ 'configmap/c3': 'absent' }, { 'configmap/c3': 'absent', 'configmap/c4': TWO }, gone),
      [],
    ],
    ['a key of one that moved', lost({}, { 'configmap/c3': TWO }, keys(true)), [K_OF_C3]],
    ['no key of one that is as recorded', lost({}, { 'configmap/c4': TWO }, keys(true)), []],
    ['a key of one that is, if it does not count', lost({}, { 'configmap/c4': TWO }, keys(false)), [K_OF_C3]],
    [
      'no key of one that was absent',
      lost({ 'configmap/c3': 'absent' }, { 'configmap/c3': ONE }, keys(true)),
      [],
    ],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });

  /** What a workload lost that was made with `then`, and is held against `recorded`. */
  const lostOfHeld = (then: Record<string, string>, recorded: Record<string, string>, lacks: Lacks) => {
    const live = allAt(ONE, { ...recorded, 'configmap/c4': TWO });
    const records = { recorded: allAt(ONE, recorded), recordedFormat: 'known', live, rescoped: {} } as const;
    const held = { marksBefore: marksOfState(allAt(ONE, then)), pin: { held: true } };
    return lostSources({ ...records, ...held, liveAsRecorded: live, required: ids, lacks });
  };
  const NO_C3 = { 'configmap/c3': 'absent' };
  test('held: what its pods were made with counts, and not what it is held against', () => {
    expect(lostOfHeld({}, NO_C3, gone)).toEqual([C3]);
    expect(lostOfHeld(NO_C3, NO_C3, gone)).toEqual([]);
    expect(lostOfHeld({}, { 'configmap/c3': TWO }, keys(true))).toEqual([K_OF_C3]);
    expect(lostOfHeld({ 'configmap/c3': TWO }, { 'configmap/c3': TWO }, keys(true))).toEqual([]);
  });
});
