import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, copyOf, history, type Sketch } from './hand-made.ts';

const podCall = { resource: 'pods', verb: 'create', by: 'other', name: 'web-x' } as const;

/** A DaemonSet, an edit, a node that joins, and the pod on it. */
function joined(of: string, more: Partial<Sketch> = {}): Sketch {
  return {
    kind: 'DaemonSet',
    app: { 1: 'a', 20: 'b' },
    web: { 10: { of: 'a' }, 25: { of: 'b' } },
    sets: { 'web-a': { 11: { of: 'a' } }, 'web-b': { 26: { of: 'b' } } },
    pods: { 'web-x': { of, at: 30, reads: 'app' } },
    calls: [
      call(5, 10, { verb: 'create' }),
      // The pod that is refused in the review that patches.
      call(23, 26, { ...podCall, name: '', podOf: 'web-uid', succeeded: false, refused: true }),
      call(24, 25, { by: 'lockstep', resource: 'daemonsets' }),
      call(28, 30, podCall),
    ],
    ...more,
  };
}

/** The pod is let through. */
const letThrough = (more: Partial<Sketch> = {}): Sketch =>
  joined('web-a', {
    web: { 10: { of: 'a' } },
    sets: { 'web-a': { 11: { of: 'a' } } },
    calls: [call(28, 30, podCall)],
    ...more,
  });

const resultOf = (sketch: Sketch) => {
  const { violations, counts } = check(history(sketch));
  const exempt = Object.fromEntries(counts.get('In step')?.exempt ?? []);
  return { violated: violations.map(({ invariant }) => invariant), exempt };
};

describe('The pod of a DaemonSet', () => {
  test('starts in step', () => {
    expect(resultOf(joined('web-b'))).toEqual({ violated: [], exempt: {} });
  });

  test('is violated by a pod that is let through', () => {
    expect(resultOf(letThrough()).violated).toEqual(['In step']);
  });

  test('counts with OnDelete, too, while some pods are of an earlier template', () => {
    const behind = { updated: 1, desired: 2 };
    const updates = { type: 'OnDelete' };
    expect(resultOf(letThrough({ web: { 10: { of: 'a', behind, updates } } })).violated).toEqual(['In step']);
    expect(resultOf(letThrough({ web: { 10: { of: 'a', behind } } })).exempt).toEqual({
      'its rollout is under way': 1,
    });
  });

  test('does not count if it reads a copy', () => {
    const pinned = { of: 'a', pinned: true } as const;
    const [name] = [copyOf('a')];
    const sketch = letThrough({
      web: { 10: pinned },
      sets: { 'web-a': { 11: pinned } },
      pods: { 'web-x': { of: 'web-a', at: 30, reads: name } },
      copies: { [name]: { holds: 'a', owners: { 9: ['web-a'] } } },
    });
    expect(resultOf(sketch)).toEqual({ violated: [], exempt: {} });
  });

  test.each<[string, Partial<Sketch>]>([
    ['unmanaged', { web: { 10: { of: 'a', disabled: true } } }],
    ['its workload carries no hash', { web: { 10: {} }, sets: { 'web-a': { 11: {} } } }],
    ['a source that its pods need is gone', { app: { 1: 'a', 20: undefined } }],
    ['its workload is gone', { deletedAt: 29 }],
  ])('is exempt if %s', (why, more) => {
    const { violated, exempt } = resultOf(letThrough(more));
    expect(violated).not.toContain('In step');
    expect(exempt).toHaveProperty([why]);
  });
});
