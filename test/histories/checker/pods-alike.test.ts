import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, copyOf, history, type Sketch } from './hand-made.ts';

const [A, B] = [copyOf('a'), copyOf('b')];
const podCall = { resource: 'pods', name: 'web-1-x', verb: 'create', by: 'other' } as const;

/** A pinned workload, its ReplicaSet, one pod, and the copy that it reads. */
const STORY = {
  app: { 1: 'a' },
  web: { 10: { of: 'a', pinned: true } },
  sets: { 'web-1': { 11: { of: 'a', pinned: true } } },
  pods: { 'web-1-x': { of: 'web-1', at: 14, reads: A } },
  copies: { [A]: { holds: 'a', owners: { 9: [], 13: ['web-1'] } } },
  calls: [call(5, 10, { verb: 'create' }), call(12, 14, podCall)],
} satisfies Sketch;

const resultOf = (sketch: Sketch) => {
  const { violations, counts } = check(history(sketch));
  const { held = 0, exempt = new Map() } = counts.get('Pods alike') ?? {};
  return { violated: violations.map(({ invariant }) => invariant), held, exempt: Object.fromEntries(exempt) };
};

const reads = (name: string, more: Partial<Sketch> = {}): Sketch => ({
  ...STORY,
  pods: { 'web-1-x': { of: 'web-1', at: 14, reads: name } },
  ...more,
});
const copies = (sketch: NonNullable<Sketch['copies']>): Sketch => ({ ...STORY, copies: sketch });
const owners = { 9: [], 13: ['web-1'] };

describe('Pods of one ReplicaSet answer alike', () => {
  test('holds for a pod that reads the copy that its ReplicaSet names', () => {
    expect(resultOf(STORY)).toEqual({ violated: [], held: 1, exempt: {} });
  });

  test.each<[string, Sketch]>([
    ['a pod that reads what is live', reads('app')],
    [
      'a pod that reads the copy of another configuration',
      reads(B, { copies: { ...STORY.copies, [B]: { holds: 'b', owners } } }),
    ],
    ['a copy that is not there', copies({})],
    ['a copy that came later', copies({ [A]: { holds: 'a', owners: { 15: ['web-1'] } } })],
    ['a copy of something else under the name', copies({ [A]: { holds: 'b', owners } })],
    ['a copy that may be changed', copies({ [A]: { holds: 'a', owners, changeable: true } })],
    ['a copy that is not kept for the ReplicaSet', copies({ [A]: { holds: 'a', owners: { 9: [] } } })],
    ['a copy that goes while the ReplicaSet is there', copies({ [A]: { holds: 'a', owners, until: 20 } })],
    [
      'a copy that goes before the ReplicaSet does',
      { ...copies({ [A]: { holds: 'a', owners, until: 20 } }), setsUntil: { 'web-1': 21 } },
    ],
  ])('is violated by %s', (_name, sketch) => {
    expect(resultOf(sketch).violated).toEqual(['Pods alike']);
  });

  test('does not apply to a template that arrived while lockstep was kept out', () => {
    const kept = { of: 'b', pinned: true, disabled: true } as const;
    const pods = { 'web-1-x': { of: 'web-1', at: 24, reads: 'app' } };
    const sets = { 'web-1': { 22: { of: 'b', pinned: true } } };
    const brought = {
      web: { 10: { of: 'a', pinned: true }, 19: kept, 20: { ...kept, replicas: 3 }, 21: { of: 'a' } },
      sets,
      pods,
    };
    expect(resultOf({ ...STORY, ...brought, copies: {} })).toEqual({
      violated: [],
      held: 0,
      exempt: { unmanaged: 1 },
    });
    const reviewed = { ...brought, web: { ...brought.web, 19: { ...kept, disabled: false } } };
    expect(resultOf({ ...STORY, ...reviewed, copies: {} }).violated).toContain('Pods alike');
  });

  test('lets a copy go after its ReplicaSet', () => {
    const gone = { ...copies({ [A]: { holds: 'a', owners, until: 21 } }), setsUntil: { 'web-1': 20 } };
    expect(resultOf(gone)).toEqual({ violated: [], held: 1, exempt: {} });
  });

  test('does not apply to a ReplicaSet that is not pinned', () => {
    const sketch = reads('app', { web: { 10: { of: 'a' } }, sets: { 'web-1': { 11: { of: 'a' } } } });
    expect(resultOf(sketch)).toEqual({ violated: [], held: 0, exempt: {} });
  });

  test('counts a pod that lockstep did not review, and one that is created after its ReplicaSet has gone', () => {
    const unchecked = call(12, 14, { ...podCall, unchecked: true });
    const killed = reads('app', { calls: [...STORY.calls.slice(0, 1), unchecked], kills: [13] });
    expect(resultOf(killed).exempt).toEqual({ 'not checked: a replica was killed': 1 });
    expect(resultOf(killed).violated).toEqual([]);
    const late = { ...copies({}), setsUntil: { 'web-1': 13 } };
    expect(resultOf(late)).toEqual({ violated: [], held: 0, exempt: { 'its revision is gone': 1 } });
  });
});

describe('Pods of one ControllerRevision answer alike', () => {
  const ofStatefulSet = (sketch: Partial<Sketch>): Sketch => ({
    ...STORY,
    kind: 'StatefulSet',
    pods: { 'web-0': { of: 'web-1', at: 14, reads: A } },
    calls: [call(5, 10, { verb: 'create' }), call(12, 14, { ...podCall, name: 'web-0' })],
    ...sketch,
  });
  const live = { 'web-0': { of: 'web-1', at: 14, reads: 'app' } };

  test('holds for a pod that reads the copy that its revision names', () => {
    expect(resultOf(ofStatefulSet({}))).toEqual({ violated: [], held: 1, exempt: {} });
  });

  test('is violated by a pod that reads what is live, and by a copy that another revision owns', () => {
    expect(resultOf(ofStatefulSet({ pods: live })).violated).toEqual(['Pods alike']);
    const other = { [A]: { holds: 'a', owners: { 9: [], 13: ['web-0'] } } };
    expect(resultOf(ofStatefulSet({ copies: other })).violated).toEqual(['Pods alike']);
  });

  test('does not apply while the revision has lost its workload', () => {
    const pinned = { of: 'a', pinned: true } as const;
    const sets = { 'web-1': { 11: pinned, 13: { ...pinned, orphaned: true } } };
    expect(resultOf(ofStatefulSet({ pods: live, sets })).exempt).toEqual({
      'its revision has lost its workload': 1,
    });
  });
});
