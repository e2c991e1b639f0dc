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

describe('Adopted, of a StatefulSet', () => {
  const pods = (of: string): NonNullable<Sketch['pods']> => ({ 'web-0': { of, at: 1, reads: 'app' } });
  const marked = { of: 'a', pinned: 'marked' } as const;
  const ofRevisions = (updates: object, more: Partial<Sketch>): Sketch =>
    created({ ...marked, updates }, { kind: 'StatefulSet', ...more });
  const rolling = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } };
  const older = { 1: { of: 'a', image: 'web:0', orphaned: true } } as const;
  const sets = { 'web-1': { 1: { of: 'a', orphaned: true }, 11: { of: 'a' } }, 'web-0': older };

  test('is violated if its revision has a pod', () => {
    expect(violated(ofRevisions(rolling, { pods: pods('web-1') }))).toContain('Adopted');
    expect(resultOf(ofRevisions(rolling, {}))).toMatchObject({ held: 0, exempt: {} });
  });

  test('is violated if pods of an earlier revision stay', () => {
    const there = { pods: pods('web-0'), sets };
    expect(violated(ofRevisions({ type: 'OnDelete' }, there))).toContain('Adopted');
    expect(violated(ofRevisions(rolling, there))).not.toContain('Adopted');
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
