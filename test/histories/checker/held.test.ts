import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, copyOf, history, marksFor, type Sketch, type WorkloadSketch } from './hand-made.ts';

const NOW = { of: 'b', pinned: true } as const;
const HELD = { of: 'a', held: 'b', pinned: true } as const;
const undo = call(29, 30, { brings: marksFor('a') });
const scale = (from: number, to: number) => call(from, to, { subresource: 'scale' });
const copy = (value: string) => ({ holds: value, owners: { 9: ['web-1'] } });
const copies = { [copyOf('a')]: copy('a'), [copyOf('b')]: copy('b') };

/** A pinned workload that followed an edit at 20, the result of an undo, and what comes later. */
function undone(
  to: WorkloadSketch,
  then: Sketch['web'] = {},
  { calls = [], ...more }: Partial<Sketch> = {},
): Sketch {
  return {
    app: { 1: 'a', 20: 'b' },
    web: { 10: { of: 'a', pinned: true }, 25: NOW, 30: to, ...then },
    copies,
    calls: [call(5, 10, { verb: 'create' }), call(22, 25), undo, ...calls],
    ...more,
  };
}

const resultOf = (sketch: Sketch) => {
  const { violations, counts } = check(history(sketch));
  const { held = 0, exempt = new Map() } = counts.get('Held') ?? {};
  return { violated: violations.map(({ invariant }) => invariant), held, exempt: Object.fromEntries(exempt) };
};
const violated = (sketch: Sketch) => resultOf(sketch).violated;

describe('Held', () => {
  test('applies to an undo to existing copies, against the live state; scale-ups and updates keep it', () => {
    const then = { 33: { ...HELD, replicas: 4 }, 36: { ...HELD, replicas: 4, paused: true } };
    const calls = [scale(32, 33), call(35, 36)];
    // The undo is held, and a hold begins.
    expect(resultOf(undone(HELD, then, { calls }))).toEqual({ violated: [], held: 2, exempt: {} });
  });

  test('is violated by an undo that goes forward although the copies exist', () => {
    expect(violated(undone(NOW))).toEqual(['Held']);
    expect(violated(undone(NOW, {}, { copies: { [copyOf('b')]: copy('b') } }))).toEqual([]);
  });

  test.each<[string, Sketch]>([
    ['without the mark', undone({ of: 'a', pinned: true })],
    ['with a mark that names what is not live', undone({ ...HELD, held: 'a' })],
    [
      'in spite of an edit',
      undone(
        HELD,
        { 33: { ...HELD, replicas: 4 } },
        { app: { 1: 'a', 20: 'b', 31: 'c' }, calls: [scale(32, 33)] },
      ),
    ],
  ])('does not accept an old hash as in step: %s', (_name, sketch) => {
    expect(violated(sketch)).toContain('In step');
  });

  test.each<[string, Sketch]>([
    ['no undo', { ...undone(HELD), calls: [call(29, 30)] }],
    ['an undo to copies that are not there', undone(HELD, {}, { copies: {} })],
    ['an undo of a workload that does not ask for copies', undone({ ...HELD, pinned: 'marked' })],
    ['an undo to a template that never was', undone({ ...HELD, image: 'web:2' })],
  ])('is violated by a hold that comes from %s', (_name, sketch) => {
    expect(violated(sketch)).toContain('Held');
  });

  test('does not apply to an undo across a delete and a create, which brings the earlier Deployment’s template', () => {
    const web = { 25: NOW, 30: NOW };
    const calls = [call(22, 25, { verb: 'create' }), undo];
    const crossing = { ...undone(HELD), web, calls };
    const webBefore = { 3: { of: 'a', pinned: true } };
    expect(resultOf({ ...crossing, webBefore })).toMatchObject({
      violated: [],
      exempt: { 'the marks are of no revision of its own': 1 },
    });
    expect(violated({ ...crossing, web: { 25: NOW, 30: HELD }, webBefore })).toEqual(['Quiet', 'Held']);
  });

  test('ends after an edit and if a user removes it; any other end is not quiet', () => {
    const on = (of: string, ofCall: Partial<Sketch['calls'] & object>[number] | object, app: Sketch['app']) =>
      violated(undone(HELD, { 33: { of, pinned: true } }, { calls: [call(32, 33, ofCall)], app }));
    expect(on('c', {}, { 1: 'a', 20: 'b', 31: 'c' })).toEqual([]);
    expect(on('b', { letsGo: true }, { 1: 'a', 20: 'b' })).toEqual([]);
    expect(on('b', {}, { 1: 'a', 20: 'b' })).toEqual(['Quiet']);
  });

  test('is exempt if two clients undo at once, or lockstep was not called or keeps out: it is counted', () => {
    const again = undone(HELD, { 33: NOW }, { calls: [call(28, 33, { brings: marksFor('a') })] });
    expect(violated(again)).toEqual([]);
    const counted = check(history(again)).counts.get('Quiet')?.exempt;
    expect(counted?.get('undone twice at once, which takes the hold away')).toBe(1);
    expect(resultOf(undone({ ...HELD, disabled: true })).exempt).toEqual({ unmanaged: 1 });
  });
});
