import { describe, expect, test } from 'vitest';
import { type ConfigState, configState, v1 } from '../../src/digest/format.ts';
import { compare, type Records, type SourceVerdict, sourceVerdicts } from '../../src/policy/compare.ts';

const ABSENT = 'absent';
const [ONE, TWO] = ['a'.repeat(64), 'b'.repeat(64)];
const APP = 'configmap/app';
const state = (digests: Record<string, string>): ConfigState =>
  configState(new Map(Object.entries(digests)), v1());

/** The record of the source `app`, and what exists now, in one format and counted alike. */
function records(then: string | undefined, now: string, changes: Partial<Records> = {}): Records {
  const live = state({ [APP]: now });
  return {
    recorded: then === undefined ? state({}) : state({ [APP]: then }),
    recordedFormat: 'known',
    live,
    liveAsRecorded: live,
    rescoped: {},
    required: [APP],
    ...changes,
  };
}

describe('the verdict on a source', () => {
  const KEYED = [`00000000-${ONE}`, `11111111-${ONE}`] as const;
  /** In another format, both digests differ from today's. */
  const older = (digest: string) => ({ liveAsRecorded: state({ [APP]: digest }) });
  test.each<[SourceVerdict, string, Records]>([
    ['same', 'the very digest', records(ONE, ONE)],
    ['same', 'the very digest in its own format', records(ONE, TWO, older(ONE))],
    ['moved', 'another digest', records(ONE, TWO)],
    ['moved', 'another one in its own format, too', records(ONE, TWO, older('c'.repeat(64)))],
    ['gone', 'it was there', records(ONE, ABSENT)],
    ['appeared', 'no pod starts without it', records(ABSENT, ONE)],
    ['moved', 'it was absent, and pods start without it', records(ABSENT, ONE, { required: [] })],
    ['doubtful', 'it did not count then', records(undefined, ONE)],
    [
      'doubtful',
      'other keys counted then',
      records(ONE, TWO, { ...older(ONE), rescoped: { [APP]: 'other' } }),
    ],
    ['same', 'more keys counted then', records(ONE, TWO, { ...older(ONE), rescoped: { [APP]: 'less' } })],
    [
      'moved',
      'more keys counted then, and one of them changed',
      records(ONE, TWO, { rescoped: { [APP]: 'less' } }),
    ],
    ['doubtful', 'unknown keys counted then', records(ONE, TWO, { rescoped: { [APP]: 'unknown' } })],
    ['same', 'unknown keys, yet the very digest', records(ONE, ONE, { rescoped: { [APP]: 'unknown' } })],
    ['gone', 'unknown keys, yet gone', records(ONE, ABSENT, { rescoped: { [APP]: 'unknown' } })],
    ['doubtful', 'its key is lost', records(KEYED[0], KEYED[1], { recordedFormat: 'unknown-key' })],
    ['gone', 'its key is lost, but so is it', records(KEYED[0], ABSENT, { recordedFormat: 'unknown-key' })],
    ['doubtful', 'nothing is on record', records(ONE, ONE, { recorded: undefined })],
    ['unknown', 'the record cannot be read', records(ONE, TWO, { recordedFormat: 'unknown-version' })],
  ])('%s: %s', (verdict, _why, of) => {
    expect(sourceVerdicts(of)).toEqual({ [APP]: verdict });
  });

  test('is given for exactly the sources that count now', () => {
    const live = state({ 'configmap/a': ONE, 'secret/new': TWO });
    const recorded = state({ 'configmap/a': ONE, 'configmap/old': TWO });
    expect(sourceVerdicts({ ...records(ONE, ONE), recorded, live, liveAsRecorded: live })).toEqual({
      'configmap/a': 'same',
      'secret/new': 'doubtful',
    });
  });
});

describe('the comparison of a workload', () => {
  test.each<[ReturnType<typeof compare>, Records]>([
    [{ verdict: 'in-step' }, records(ONE, ONE)],
    [{ verdict: 'older-format' }, records(ONE, TWO, { liveAsRecorded: state({ [APP]: ONE }) })],
    [{ verdict: 'unknown-format' }, records(ONE, TWO, { recordedFormat: 'unknown-version' })],
    [{ verdict: 'moved', moved: [APP] }, records(ONE, TWO)],
    [{ verdict: 'moved', moved: [APP] }, records(ONE, ABSENT)],
    [{ verdict: 'doubtful', doubtful: [APP], appeared: true }, records(ABSENT, ONE)],
    [{ verdict: 'doubtful', doubtful: [APP], appeared: false }, records(undefined, ONE)],
    [
      { verdict: 'doubtful', doubtful: [APP], appeared: false },
      records(ONE, ONE, { recorded: undefined, recordedFormat: undefined }),
    ],
    [
      { verdict: 'rescoped' },
      records(ONE, TWO, { liveAsRecorded: state({ [APP]: ONE }), rescoped: { [APP]: 'less' } }),
    ],
    [{ verdict: 'narrowed' }, records(ONE, ONE, { recorded: state({ [APP]: ONE, 'configmap/old': ONE }) })],
  ])('%j', (expected, of) => {
    expect(compare(of)).toEqual(expected);
  });

  test('names sources that appeared and sources that moved, in order', () => {
    const live = state({ 'configmap/z': TWO, 'configmap/a': ONE });
    const recorded = state({ 'configmap/z': ONE, 'configmap/a': ABSENT });
    const of = { ...records(ONE, ONE), recorded, live, liveAsRecorded: live, required: ['configmap/a'] };
    expect(compare(of)).toEqual({ verdict: 'moved', moved: ['configmap/a', 'configmap/z'] });
  });

  test('does not trust a record with a hash that does not match its sources: an unknown source moved', () => {
    const recorded = { ...state({ [APP]: ONE }), hash: `v1-${'0'.repeat(64)}` };
    expect(compare(records(ONE, ONE, { recorded }))).toEqual({ verdict: 'moved', moved: [] });
  });
});
