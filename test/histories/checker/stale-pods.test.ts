import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';

const made = (from: number, to: number, name: string) =>
  call(from, to, { resource: 'pods', verb: 'create', by: 'other', name });

/** A drifted StatefulSet of two pods that is scaled to four: first its template is brought into step. */
function scaledUp(of: string, more: Partial<Sketch> = {}): Sketch {
  return {
    kind: 'StatefulSet',
    app: { 1: 'a', 20: 'b' },
    web: { 10: { of: 'a' }, 25: { of: 'b' }, 26: { of: 'b', replicas: 4 } },
    sets: { 'web-a': { 11: { of: 'a' } }, 'web-b': { 27: { of: 'b' } } },
    pods: { 'web-3': { of, at: 30, reads: 'app' } },
    calls: [
      call(5, 10, { verb: 'create' }),
      call(22, 26, { subresource: 'scale' }),
      call(24, 25, { by: 'lockstep' }),
      made(28, 30, 'web-3'),
    ],
    ...more,
  };
}

const resultOf = (sketch: Sketch) => {
  const { violations, counts } = check(history(sketch));
  const { held = 0, exempt = new Map() } = counts.get('No stale start') ?? {};
  return { violated: violations.map(({ invariant }) => invariant), held, exempt: Object.fromEntries(exempt) };
};

describe('No stale start, of StatefulSets and DaemonSets', () => {
  test('holds if a new ordinal starts under the present template', () => {
    expect(resultOf(scaledUp('web-b'))).toEqual({ violated: [], held: 1, exempt: {} });
  });

  test('is violated by a new ordinal of the earlier template', () => {
    expect(resultOf(scaledUp('web-a')).violated).toEqual(['No stale start']);
  });

  test('is violated by an ordinal that was asked for before the template changed, once that has been seen', () => {
    const pods = { 'web-1': { of: 'web-a', at: 30, reads: 'app' } };
    const sketch = scaledUp('web-a', { pods });
    const calls = [...(sketch.calls ?? []).slice(0, 3), made(28, 30, 'web-1')];
    expect(resultOf({ ...sketch, calls }).violated).toEqual(['No stale start']);
    const lags = { of: 'b', lags: true } as const;
    const web = { 10: { of: 'a' }, 25: lags, 26: { ...lags, replicas: 4 } };
    expect(resultOf({ ...sketch, calls, web })).toEqual({ violated: [], held: 1, exempt: {} });
  });

  test('does not apply below the partition, nor if the strategy is written out without one', () => {
    const updating = (updates: object) => {
      const web = {
        10: { of: 'a', updates },
        25: { of: 'b', updates },
        26: { of: 'b', updates, replicas: 4 },
      };
      return resultOf(scaledUp('web-a', { web }));
    };
    const below = { type: 'RollingUpdate', rollingUpdate: { partition: 4 } };
    expect(updating(below).exempt).toEqual({ 'its ordinal is below the partition': 1 });
    expect(updating({ type: 'RollingUpdate' }).exempt).toEqual({
      'its update strategy is written out without a partition': 1,
    });
    const at = { type: 'RollingUpdate', rollingUpdate: { partition: 3 } };
    expect(updating(at).violated).toEqual(['No stale start']);
    expect(updating({ type: 'OnDelete' }).violated).toEqual(['No stale start']);
  });

  test('applies to each pod of a DaemonSet', () => {
    const ofDaemonSet = (of: string): Sketch => ({
      kind: 'DaemonSet',
      app: { 1: 'a', 20: 'b' },
      web: { 10: { of: 'a' }, 25: { of: 'b' } },
      sets: { 'web-a': { 11: { of: 'a' } }, 'web-b': { 27: { of: 'b' } } },
      pods: { 'web-x': { of, at: 30, reads: 'app' } },
      calls: [call(5, 10, { verb: 'create' }), call(24, 25), made(28, 30, 'web-x')],
    });
    expect(resultOf(ofDaemonSet('web-b')).held).toBe(1);
    // Its configuration is that of the source, which the earlier template does not say.
    expect(resultOf(ofDaemonSet('web-a')).violated).toEqual(['In step', 'No stale start']);
  });
});
