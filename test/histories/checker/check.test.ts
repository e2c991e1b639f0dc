import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, copyOf, history, marksFor, type Sketch } from './hand-made.ts';
import type { Exemption, Invariant } from './verdict.ts';

const violated = (sketch: Sketch) => check(history(sketch)).violations.map(({ invariant }) => invariant);
const exempted = (sketch: Sketch, invariant: Invariant) =>
  Object.fromEntries(check(history(sketch)).counts.get(invariant)?.exempt ?? []);

const scale = { subresource: 'scale' };
const growth = { resource: 'replicasets', name: 'web-1', by: 'other', verb: 'update' } as const;
const patch = { by: 'lockstep' } as const;

/**
 * A create that adopts. An edit at 20 and a scale-up from 21 to 30: lockstep's PATCH at 25, then the scale's own write. The pods
 * read copies, so an undo from 50 to 52 is held.
 */
const STORY: Sketch = {
  app: { 1: 'a', 20: 'b' },
  web: {
    10: { of: 'a', pinned: true },
    25: { of: 'b', pinned: true },
    30: { of: 'b', pinned: true, replicas: 4 },
    52: { of: 'a', pinned: true, replicas: 4, held: 'b' },
  },
  sets: {
    'web-1': {
      1: { of: 'a', pinned: true, orphaned: true },
      11: { of: 'a', pinned: true, replicas: 2 },
      40: { of: 'a', pinned: true, replicas: 1 },
    },
    'web-2': { 32: { of: 'b', pinned: true, replicas: 1 }, 41: { of: 'b', pinned: true, replicas: 4 } },
  },
  pods: { 'web-2-x': { of: 'web-2', at: 34, reads: copyOf('b') } },
  copies: {
    [copyOf('a')]: { holds: 'a', owners: { 9: ['web-1'] } },
    [copyOf('b')]: { holds: 'b', owners: { 24: [], 33: ['web-2'] } },
  },
  calls: [
    call(5, 10, { verb: 'create' }),
    call(21, 30, { ...scale, asksFor: 10 }),
    call(24, 25, patch),
    call(41, 41, { ...growth, name: 'web-2' }),
    call(50, 52, { brings: marksFor('a') }),
  ],
};

test('a correct history violates nothing, and every invariant applies to it', () => {
  const { violations, counts } = check(history(STORY));
  expect(violations).toEqual([]);
  for (const { held, exempt } of counts.values()) {
    expect(held).toBeGreaterThan(0);
    expect(exempt.size).toBe(0);
  }
});

describe('In step is violated by', () => {
  test.each<[string, Sketch]>([
    [
      'a scale-up that leaves the digest from before an edit that was complete when it came in',
      {
        app: { 1: 'a', 20: 'b' },
        web: { 10: { of: 'a' }, 30: { of: 'a', replicas: 4 } },
        calls: [call(5, 10, { verb: 'create' }), call(21, 30, scale)],
      },
    ],
    [
      'an update that leaves it',
      {
        app: { 1: 'a', 20: 'b' },
        web: { 10: { of: 'a' }, 30: { of: 'a', paused: true } },
        calls: [call(21, 30)],
      },
    ],
    [
      'a create without a digest',
      { app: { 1: 'a' }, web: { 10: {} }, calls: [call(5, 10, { verb: 'create' })] },
    ],
    [
      'a scale-up that lockstep was not asked about',
      {
        app: { 1: 'a', 20: 'b' },
        web: { 10: { of: 'a' }, 30: { of: 'a', replicas: 4 } },
        calls: [call(21, 30, { ...scale, reviewed: false })],
      },
    ],
    [
      'a digest that was gone when the version before was written: a write is reviewed on what it replaces',
      {
        app: { 1: 'a', 20: 'b' },
        web: { 10: { of: 'a' }, 25: { of: 'a' }, 30: { of: 'a', image: 'web:2' } },
        calls: [call(15, 30)],
      },
    ],
  ])('%s', (_name, sketch) => {
    expect(violated(sketch)).toContain('In step');
  });

  test('neither a digest of a state during the call, nor a scale-down', () => {
    const during = { app: { 1: 'a', 25: 'b' }, calls: [call(21, 30)] };
    for (const of of ['a', 'b'])
      expect(violated({ ...during, web: { 10: { of: 'a' }, 30: { of, replicas: 4 } } })).toEqual([]);
    const down = call(21, 30, { ...scale, reviewed: false });
    const web = { 10: { of: 'a', replicas: 3 }, 30: { of: 'a', replicas: 1 } };
    expect(violated({ app: { 1: 'a', 20: 'b' }, web, calls: [down] })).toEqual([]);
  });

  test('nor a scale-up that others have overtaken, so that it was no longer one at its commit', () => {
    const web = { 10: { of: 'a' }, 26: { of: 'a', replicas: 9 }, 30: { of: 'a', replicas: 4 } };
    const calls = [call(21, 26, scale), call(21, 30, scale)];
    expect(violated({ app: { 1: 'a', 25: 'b' }, web, calls: calls.slice(1) })).toEqual([]);
    // The scale that did grow it was reviewed on the version before.
    expect(violated({ app: { 1: 'a', 8: 'b' }, web, calls })).toContain('In step');
  });

  test('nor a call that lockstep did not see, or an unmanaged Deployment: both are counted', () => {
    const sketch = (calls: Sketch['calls'], disabled: boolean): Sketch => ({
      app: { 1: 'a', 20: 'b' },
      web: { 10: { of: 'a', disabled }, 30: { of: 'a', disabled, image: 'web:2' } },
      calls: calls ?? [],
      kills: [25],
    });
    const unchecked = sketch([call(21, 30, { unchecked: true })], false);
    expect(violated(unchecked)).toEqual([]);
    expect(exempted(unchecked, 'In step')).toEqual({ 'not checked: a replica was killed': 1 });
    expect(exempted(sketch([call(21, 30)], true), 'In step')).toEqual({ unmanaged: 1 });
  });
});

describe('Never worse', () => {
  const gone = (web: Sketch['web']): Sketch => ({
    app: { 1: 'a', 20: undefined },
    web: { 10: { of: 'a' }, ...web },
    calls: [call(21, 30)],
  });

  test('is violated by a rollout while a source is gone that its pods need', () => {
    expect(violated(gone({ 30: { of: 'b' } }))).toContain('Never worse');
    // The record lacks the source. The pods have it, from a copy.
    const held = { 10: { of: 'a', pinned: true, held: null }, 30: { of: 'b', pinned: true } };
    expect(violated(gone(held))).toContain('Never worse');
  });

  test('is not violated by a new template, a Deployment without pods, or a source that is gone only later', () => {
    const none = { 10: { of: 'a', replicas: 0 }, 30: { of: 'b', replicas: 0 } };
    for (const of of [
      gone({ 30: { of: 'b', image: 'web:2' } }),
      gone(none),
      { ...gone({ 30: { of: 'b' } }), app: { 1: 'b', 25: undefined } },
    ])
      expect(violated(of)).not.toContain('Never worse');
  });

  test('lets a workload stay as it is after a new template, if a later call changes nothing', () => {
    const web = { 10: { of: 'a' }, 15: { of: 'a', image: 'web:2' } };
    const twice = {
      app: { 1: 'a', 20: undefined },
      web,
      calls: [call(14, 15), call(21, 30, { version: 15 })],
    };
    expect(violated(twice)).toEqual([]);
    expect(exempted(twice, 'In step')).toEqual({ 'a source that its pods need is gone': 1 });
  });

  test('lets a workload stay as it is, which is counted', () => {
    const left = gone({ 30: { of: 'a', paused: true } });
    expect(violated(left)).toEqual([]);
    expect(exempted(left, 'In step')).toEqual({ 'a source that its pods need is gone': 1 });
  });
});

describe('No stale start', () => {
  const stale = (web: Sketch['web'], overrides = {}): Sketch => ({
    app: { 1: 'a', 20: 'b' },
    web: { 10: { of: 'a' }, ...web },
    sets: { 'web-1': { 11: { of: 'a', replicas: 2 }, 40: { of: 'a', replicas: 3 } } },
    calls: [call(39, 40, { ...growth, ...overrides }), call(29, 30)],
    kills: [40],
  });

  test('is violated by a ReplicaSet that grows although its Deployment has moved on', () => {
    expect(violated(stale({ 30: { of: 'b' } }))).toEqual(['No stale start']);
  });

  test('is not violated by one that was current when its growth was received', () => {
    expect(violated(stale({ 40: { of: 'a' } }))).toEqual([]);
  });

  test.each<[Exemption, Sketch]>([
    ['unmanaged', stale({ 30: { of: 'b', disabled: true } })],
    ['its deployment is paused', stale({ 30: { of: 'b', paused: true } })],
    ['its deployment’s rollout has failed', stale({ 30: { of: 'b', failed: true } })],
    ['its workload carries no hash', stale({ 30: { image: 'web:2' } })],
    ['its workload is gone', { ...stale({ 30: { of: 'b' } }), deletedAt: 35 }],
    ['not checked: a replica was killed', stale({ 30: { of: 'b' } }, { unchecked: true })],
  ])('is not violated if %s', (why, sketch) => {
    expect(violated(sketch)).not.toContain('No stale start');
    expect(exempted(sketch, 'No stale start')).toEqual({ [why]: 1 });
  });
});

describe('One rollout', () => {
  const app = { 1: 'a', 20: 'b' };

  test('is violated by a hash that goes backwards', () => {
    const web = { 10: { of: 'a' }, 25: { of: 'b' }, 30: { of: 'a' } };
    expect(violated({ app, web, calls: [call(22, 25), call(24, 30, patch)] })).toContain('One rollout');
  });

  test('is not violated if the content came back', () => {
    const web = { 10: { of: 'a' }, 25: { of: 'b' }, 30: { of: 'a' } };
    expect(violated({ app: { ...app, 28: 'a' }, web, calls: [call(22, 25), call(27, 30)] })).toEqual([]);
  });

  test('is violated by two ReplicaSets of one template, and by one of a template that never existed', () => {
    const sets = (image: string) => ({ 'web-1': { 11: { of: 'a' } }, 'web-2': { 12: { of: 'a', image } } });
    for (const image of ['web:1', 'web:2'])
      expect(violated({ app, web: { 10: { of: 'a' } }, sets: sets(image) })).toEqual(['One rollout']);
  });

  test('is not violated by two of one template if an earlier Deployment had one of that name', () => {
    const sketch = {
      app,
      web: { 10: { of: 'a' } },
      sets: { 'web-1': { 11: { of: 'a' } }, 'web-2': { 12: { of: 'a' } } },
    };
    expect(violated({ ...sketch, setsBefore: ['web-2'] })).toEqual([]);
    expect(violated({ ...sketch, setsBefore: ['web-3'] })).toEqual(['One rollout']);
  });
});
