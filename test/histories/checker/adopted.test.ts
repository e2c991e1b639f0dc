import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch, type WorkloadSketch } from './hand-made.ts';

const create = call(5, 10, { verb: 'create' });

/** A Deployment that is created over a ReplicaSet of its template, which lost its Deployment. */
function created(web: WorkloadSketch, more: Partial<Sketch> = {}, orphan: WorkloadSketch = { of: 'a' }) {
  const sets = { 'web-1': { 1: { ...orphan, orphaned: true }, 11: orphan } };
  return { app: { 1: 'a' }, web: { 10: web }, sets, calls: [create], ...more };
}

function resultOf(sketch: Sketch) {
  const { violations, counts } = check(history(sketch));
  const { held, exempt = new Map() } = counts.get('Adopted') ?? {};
  return { violated: violations.map(({ invariant }) => invariant), held, exempt: Object.fromEntries(exempt) };
}
const violated = (sketch: Sketch) => resultOf(sketch).violated;

describe('Adopted', () => {
  test('is violated by a create that brings another template than that of its live ReplicaSet', () => {
    expect(resultOf(created({ of: 'a' }))).toEqual({ violated: [], held: 1, exempt: {} });
    expect(violated(created({ of: 'a', pinned: 'marked' }))).toContain('Adopted');
  });

  test.each<[string, Sketch]>([
    ['the configuration has changed', created({ of: 'b' }, { app: { 1: 'a', 3: 'b' } })],
    ['the ReplicaSet has another template', created({ of: 'a', image: 'web:2' })],
    ['the ReplicaSet has no pods', created({ of: 'a' }, {}, { of: 'a', replicas: 0, image: 'web:1' })],
  ])('does not apply if %s', (_what, sketch) => {
    expect(resultOf(sketch)).toMatchObject({ violated: [], held: 0, exempt: {} });
  });

  test('is exempt if the ReplicaSet was released during the call, or lockstep is kept out', () => {
    const late = { 'web-1': { 1: { of: 'a' }, 7: { of: 'a', orphaned: true } } };
    expect(resultOf(created({ of: 'a' }, { sets: late })).exempt).toEqual({
      'what it adopted cannot be told': 1,
    });
    expect(resultOf(created({ of: 'a', disabled: true })).exempt).toEqual({ unmanaged: 1 });
  });
});

describe('a create that adopts pods while a source is gone that they need', () => {
  const app = { 1: 'a', 3: undefined };
  const calls = [call(6, 10, { verb: 'create' })];

  test('may leave them as they are, and must not replace them', () => {
    expect(violated(created({ of: 'a' }, { app, calls }))).toEqual([]);
    expect(violated(created({ of: 'b' }, { app, calls }))).toContain('Never worse');
  });

  test('must be in step if it has no pods to adopt', () => {
    expect(violated(created({ of: 'a' }, { app, calls, sets: {} }))).toContain('In step');
  });
});
