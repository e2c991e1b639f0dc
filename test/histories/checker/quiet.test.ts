import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, copyOf, history, marksFor, type Sketch } from './hand-made.ts';

const violated = (sketch: Sketch) => check(history(sketch)).violations.map(({ invariant }) => invariant);
const exempted = (sketch: Sketch) =>
  Object.fromEntries(check(history(sketch)).counts.get('Quiet')?.exempt ?? []);

const scale = { subresource: 'scale' };
const patch = { by: 'lockstep' } as const;

describe('Quiet', () => {
  test('is violated by a hash that changes although no source did', () => {
    const web = { 10: { of: 'a' }, 30: { of: 'b' } };
    expect(violated({ app: { 1: 'a' }, web, calls: [call(29, 30)] })).toContain('Quiet');
  });

  test('is violated by a rollout for an edit that was reverted before', () => {
    const web = { 10: { of: 'a' }, 25: { of: 'a', replicas: 3 }, 30: { of: 'b', replicas: 3 } };
    expect(violated({ app: { 1: 'a', 20: 'b', 22: 'a' }, web, calls: [call(29, 30)] })).toContain('Quiet');
  });

  test('is violated by a malformed hash, however often it changes', () => {
    const web = { 10: { of: 'x' }, 30: { of: 'y' } };
    const sketch = { app: { 1: 'a' }, web, calls: [call(9, 10, { verb: 'create' }), call(29, 30)] };
    expect(violated(sketch)).toContain('Quiet');
    expect(violated({ ...sketch, app: { 1: 'a', 20: 'b' } })).not.toContain('Quiet');
  });

  test('is violated by a hash that is dropped', () => {
    expect(violated({ app: { 1: 'a' }, web: { 10: { of: 'a' }, 30: {} }, calls: [call(29, 30)] })).toContain(
      'Quiet',
    );
  });

  test('is violated by a PATCH that no call asked for, and by one of a dry run', () => {
    const asked = (dryRun: boolean) => [call(22, 26, { ...scale, dryRun }), call(24, 25, patch)];
    const sketch = { app: { 1: 'a', 20: 'b' }, web: { 10: { of: 'a' }, 25: { of: 'b' } } };
    expect(violated({ ...sketch, calls: asked(false).slice(1) })).toEqual(['Quiet']);
    expect(violated({ ...sketch, calls: asked(true) })).toEqual(['Quiet']);
    expect(violated({ ...sketch, calls: asked(false) })).toEqual([]);
  });

  test('is violated by a PATCH that changes more than marks', () => {
    const web = { 10: { of: 'a' }, 25: { of: 'b', replicas: 4 } };
    const calls = [call(22, 26, scale), call(24, 25, patch)];
    expect(violated({ app: { 1: 'a', 20: 'b' }, web, calls })).toEqual(['Quiet']);
  });

  test('compares with what was live at the create, whatever calls that changed nothing have found later', () => {
    const status = call(28, 28, { by: 'other', subresource: 'status' });
    const create = call(5, 10, { verb: 'create' });
    const calls = [create, call(25, 26, { version: 10 }), status, call(29, 30)];
    const web = { 10: { of: 'a' }, 28: { of: 'a', failed: true }, 30: { of: 'b' } };
    // The write at 20 leaves the value as it is.
    const app = { 1: 'a', 20: 'a' };
    expect(violated({ app: { ...app, 27: 'b' }, web, calls })).toEqual([]);
    expect(violated({ app: { ...app, 26: 'b', 27: 'a' }, web, calls })).toContain('Quiet');
  });

  test('is not violated at first contact, which is counted', () => {
    const sketch = { app: { 1: 'a' }, web: { 10: {}, 30: { of: 'a' } }, calls: [call(29, 30)] };
    expect(violated(sketch)).toEqual([]);
    expect(exempted(sketch)).toEqual({ 'nothing on record': 1 });
  });

  test('is violated by a rollout only for copies', () => {
    const web = { 10: { of: 'a' }, 30: { of: 'a', pinned: true } } as const;
    const copies = { [copyOf('a')]: { holds: 'a', owners: { 9: [] } } };
    const calls = [call(5, 10, { verb: 'create' }), call(29, 30)];
    expect(violated({ app: { 1: 'a' }, web, copies, calls })).toEqual(['Quiet']);
  });

  test('is violated by marks that a controller copies from another workload, not by those of its own revision', () => {
    const now = { of: 'b', pinned: true } as const;
    const copied = { of: 'a', pinned: true, held: 'b' } as const;
    const copies = { [copyOf('a')]: { holds: 'a', owners: { 9: [] } } };
    const app = { 1: 'a', 7: 'b' };
    const calls = [call(8, 10, { verb: 'create' }), call(29, 30, { brings: marksFor('a'), copies: true })];
    const foreign = { app, copies, calls, web: { 10: now, 30: copied } };
    expect(violated(foreign)).toEqual(['Quiet', 'Held']);
    const sets = { 'web-1': { 9: { of: 'a', pinned: true }, 11: { of: 'a', pinned: true } } } as const;
    expect(
      violated({
        ...foreign,
        sets: { 'web-1': { 1: { ...sets['web-1'][9], orphaned: true }, ...sets['web-1'] } },
      }),
    ).toEqual([]);
  });
});
