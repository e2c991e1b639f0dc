import { expect, test } from 'vitest';
import { type ConfigState, configState, v1 } from '../../src/digest/format.ts';
import { compare, type Records } from '../../src/policy/compare.ts';

const APP = 'configmap/app';
const MORE = 'configmap/more';
const [ONE, TWO] = ['a'.repeat(64), 'b'.repeat(64)];
const state = (digests: Record<string, string>): ConfigState =>
  configState(new Map(Object.entries(digests)), v1());

/** A record with the hash alone, and what exists now. */
const records = (
  then: Record<string, string>,
  now: Record<string, string>,
  changes: Partial<Records> = {},
): Records => ({
  recorded: { hash: state(then).hash, sources: {}, hashOnly: true },
  recordedFormat: 'known',
  live: state(now),
  liveAsRecorded: state(now),
  rescoped: {},
  required: [APP],
  ...changes,
});

test('the same hash is in step, and another one has moved, whatever it was', () => {
  expect(compare(records({ [APP]: ONE }, { [APP]: ONE }))).toEqual({ verdict: 'in-step' });
  expect(compare(records({ [APP]: ONE }, { [APP]: TWO }))).toEqual({ verdict: 'moved', moved: [] });
  expect(compare(records({ [APP]: ONE }, { [APP]: ONE, [MORE]: TWO }))).toEqual({
    verdict: 'moved',
    moved: [],
  });
});

test('in the format of the record, and as it counted then, nothing has moved', () => {
  const then = { [APP]: ONE };
  const as = (of: Record<string, string>, changes: Partial<Records> = {}) =>
    compare(records(then, of, { liveAsRecorded: state(then), ...changes }));
  expect(as({ [APP]: TWO })).toEqual({ verdict: 'older-format' });
  expect(as({ [APP]: TWO }, { rescoped: { [APP]: 'less' } })).toEqual({ verdict: 'rescoped' });
  const doubtful = { verdict: 'doubtful', doubtful: [APP], appeared: false };
  expect(as({ [APP]: TWO }, { rescoped: { [APP]: 'other' } })).toEqual(doubtful);
  expect(as({ [APP]: TWO }, { rescoped: { [APP]: 'unknown' } })).toEqual(doubtful);
  expect(as({ [APP]: ONE, [MORE]: TWO })).toEqual({ ...doubtful, doubtful: [MORE] });
});

test('a source that no longer counts must leave the record', () => {
  const then = { [APP]: ONE, [MORE]: TWO };
  const of = records(then, { [APP]: ONE }, { liveAsRecorded: state(then) });
  expect(compare(of)).toEqual({ verdict: 'rescoped' });
});

test('a list of sources that cannot be read is not a record with the hash alone', () => {
  const recorded = { hash: state({ [APP]: ONE }).hash, sources: {} };
  const of = records({}, { [APP]: TWO }, { recorded });
  expect(compare(of)).toMatchObject({ verdict: 'doubtful', doubtful: [APP] });
});
