import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';

const OnDelete = { type: 'OnDelete' };

/**
 * A StatefulSet with nothing on record, whose pod `web-0` has read the first value. Then the source is edited, and
 * the StatefulSet gets a first record.
 */
function recorded(as: string, more: Partial<Sketch> = {}): Sketch {
  return {
    kind: 'StatefulSet',
    app: { 1: 'a', 20: 'b' },
    web: {
      10: { updates: OnDelete },
      12: { image: 'web:2', updates: OnDelete },
      30: { image: 'web:2', updates: OnDelete, baseline: as },
    },
    sets: { 'web-1': { 9: {} }, 'web-2': { 13: { image: 'web:2' } } },
    pods: { 'web-0': { of: 'web-1', at: 11, reads: 'app', startedAt: 11.5 } },
    calls: [call(29, 30)],
    ...more,
  };
}

const violated = (sketch: Sketch) => check(history(sketch)).violations.map(({ invariant }) => invariant);

describe('A first record', () => {
  test('is violated by a pod of an earlier revision that stays and has read something else', () => {
    expect(violated(recorded('b'))).toEqual(['In step']);
  });

  test.each<[string, Partial<Sketch>]>([
    ['a pod that has read it', { pods: { 'web-0': { of: 'web-1', at: 22, reads: 'app', startedAt: 23 } } }],
    [
      'a pod that may have read it',
      { pods: { 'web-0': { of: 'web-1', at: 11, reads: 'app', startedAt: 21 } } },
    ],
    [
      'a pod that has gone',
      { pods: { 'web-0': { of: 'web-1', at: 11, reads: 'app', startedAt: 11.5, until: 28 } } },
    ],
    ['a pod of another workload', { sets: { 'web-1': { 9: { orphaned: true } }, 'web-2': { 13: {} } } }],
  ])('holds beside %s', (_what, more) => {
    expect(violated(recorded('b', more))).toEqual([]);
  });

  test('holds if the rollout under way replaces the pod', () => {
    const web = { 10: {}, 12: { image: 'web:2' }, 30: { image: 'web:2', baseline: 'b' } };
    expect(violated(recorded('b', { web }))).toEqual([]);
    const sets = { 'web-1': { 9: { image: 'web:2' } } };
    expect(violated(recorded('b', { web, sets }))).toEqual(['In step']);
  });

  test('is exempt if its source was made again within the second of a pod', () => {
    const pods = (since: string): NonNullable<Sketch['pods']> => ({
      'web-0': { of: 'web-1', at: 11, reads: 'app', startedAt: 11.5, since },
    });
    const remade = { app: { 1: 'a', 19: undefined, 20: 'b' }, appMade: { 20: '12:00:01' } };
    const { violations, counts } = check(history(recorded('b', { ...remade, pods: pods('12:00:01') })));
    expect(violations).toEqual([]);
    expect(Object.fromEntries(counts.get('In step')?.exempt ?? [])).toEqual({
      'a source was made again in the second of its pod': 1,
    });
    expect(violated(recorded('b', { ...remade, pods: pods('12:00:00') }))).toEqual(['In step']);
    const edited = { app: { 1: 'a', 20: 'b' }, appMade: { 1: '12:00:01', 20: '12:00:01' } };
    expect(violated(recorded('b', { ...edited, pods: pods('12:00:01') }))).toEqual(['In step']);
    const both = { ...pods('12:00:01'), 'web-1': { of: 'web-1', at: 11, reads: 'app', startedAt: 11.5 } };
    expect(violated(recorded('b', { ...remade, pods: both }))).toEqual(['In step']);
  });

  test('is exempt if an optional source that a pod has read is gone', () => {
    const app = { 1: 'a', 20: undefined };
    const of = (optional: boolean, baseline: string | null): Sketch => {
      const first = { updates: OnDelete, optional };
      const second = { ...first, image: 'web:2' };
      const web = { 10: first, 12: second, 30: { ...second, baseline } };
      return recorded('b', { app, web, sets: { 'web-1': { 9: first }, 'web-2': { 13: second } } });
    };
    const { violations, counts } = check(history(of(true, null)));
    expect(violations).toEqual([]);
    expect(Object.fromEntries(counts.get('In step')?.exempt ?? [])).toEqual({
      'an optional source that its pods have read is gone': 1,
    });
    expect(violated(of(false, null))).toContain('In step');
  });
});
