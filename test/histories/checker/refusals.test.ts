import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';
import type { Call } from './history.ts';

const refused: Partial<Call> = {
  ...{ resource: 'pods', verb: 'create', by: 'other', name: '', podOf: 'web-uid', reviewed: true },
  ...{ succeeded: false, version: undefined, refused: true },
};
const patch: Partial<Call> = { by: 'lockstep', resource: 'daemonsets' };

const sketch = (kind: Sketch['kind'] & string, calls: readonly Call[]): Sketch => ({
  kind,
  app: { 1: 'a', 20: 'b' },
  web: { 10: { of: 'a' }, 25: { of: 'b' } },
  calls,
});
const resultOf = (of: Sketch) => {
  const { violations, counts } = check(history(of));
  return {
    violated: violations.map(({ invariant }) => invariant),
    held: counts.get('Never in the way')?.held,
  };
};

describe('lockstep refuses no call', () => {
  test('but the pod of a DaemonSet, in the review that has patched it', () => {
    const calls = [call(23, 28, refused), call(24, 25, patch)];
    expect(resultOf(sketch('DaemonSet', calls))).toEqual({ violated: [], held: 1 });
  });

  test.each<[string, Sketch]>([
    [
      'two pods for one PATCH',
      sketch('DaemonSet', [call(23, 28, refused), call(22, 29, refused), call(24, 25, patch)]),
    ],
    [
      'a pod in a later review',
      sketch('DaemonSet', [
        call(22, 28, { ...refused, succeeded: true, refused: false }),
        call(24, 25, patch),
        call(26, 27, refused),
      ]),
    ],
    ['a pod of a StatefulSet', sketch('StatefulSet', [call(23, 28, refused)])],
    [
      'a scale',
      sketch('StatefulSet', [call(23, 28, { succeeded: false, refused: true, subresource: 'scale' })]),
    ],
  ])('is violated by %s', (_what, of) => {
    expect(resultOf(of).violated).toContain('Never in the way');
  });
});
