import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';

/** `app` was edited after the last write of `web`, and no call followed. */
const stale = (more: Partial<Sketch> = {}): Sketch => ({
  app: { 1: 'a', 20: 'b' },
  web: { 10: { of: 'a' } },
  calls: [call(5, 10, { verb: 'create' })],
  edits: true,
  ...more,
});

function resultOf(sketch: Sketch) {
  const { violations, counts } = check(history(sketch));
  const exempt = Object.fromEntries(counts.get('In step')?.exempt ?? []);
  return { violated: violations.map(({ invariant }) => invariant), exempt };
}

const HELD = { violated: [], exempt: {} };

describe('In step at rest', () => {
  test('is violated by a workload that no call has brought into step, where lockstep follows edits', () => {
    expect(resultOf(stale())).toEqual({ violated: ['In step'], exempt: {} });
    expect(resultOf(stale({ edits: false }))).toEqual(HELD);
  });

  test('holds for a write of lockstep without a call, and for a workload that is gone', () => {
    const web = { 10: { of: 'a' }, 30: { of: 'b' } };
    const own = call(29, 30, { by: 'lockstep', reviewed: false });
    const calls = [...(stale().calls ?? []), own];
    expect(resultOf(stale({ web, calls }))).toEqual(HELD);
    expect(resultOf(stale({ web, calls, edits: false })).violated).toContain('Quiet');
    expect(resultOf(stale({ deletedAt: 30 }))).toEqual(HELD);
  });

  test.each<[string, Partial<Sketch>]>([
    ['unmanaged', { web: { 10: { of: 'a', disabled: true } } }],
    ['nothing on record', { web: { 10: {} }, calls: [] }],
    ['its deployment is paused', { web: { 10: { of: 'a', paused: true } } }],
    ['a source that its pods need is gone', { app: { 1: 'a', 20: undefined } }],
  ])('does not count: %s', (why, more) => {
    expect(resultOf(stale(more))).toEqual({ violated: [], exempt: { [why]: expect.any(Number) } });
  });

  test('does not count for what a call has left that was not checked, also after a write of the status', () => {
    const calls = [
      call(5, 10, { verb: 'create', reviewed: false, unchecked: true }),
      call(11, 12, { by: 'other', subresource: 'status', reviewed: false }),
    ];
    const { violated, exempt } = resultOf(
      stale({ web: { 10: { of: 'a' }, 12: { of: 'a' } }, calls, kills: [6] }),
    );
    expect(violated).toEqual([]);
    expect(exempt).toHaveProperty(['not checked: a replica was killed']);
  });
});
