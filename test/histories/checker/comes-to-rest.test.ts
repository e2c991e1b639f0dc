import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';

function resultOf(sketch: Sketch) {
  const { violations, counts } = check(history(sketch));
  const exempt = Object.fromEntries(counts.get('Comes to rest')?.exempt ?? []);
  return { violated: violations.map(({ invariant }) => invariant), exempt };
}

const VIOLATED = { violated: ['Comes to rest'], exempt: {} };
const EXEMPT = { violated: [], exempt: { 'its deployment’s controller waits for a scale that is over': 1 } };

/** A Deployment of four pods got another image, and its rollout did not end. */
const stuck = (sets: Sketch['sets'] = {}): Sketch => ({
  app: { 1: 'a' },
  web: { 10: { of: 'a', image: 'web:0', replicas: 4 }, 12: { of: 'a', replicas: 4 } },
  sets,
  unrest: ['web-uid'],
});
const old = (replicas: number, desired?: number) => ({
  'web-1': { 11: { of: 'a', image: 'web:0', replicas, desired } },
});

describe('Comes to rest', () => {
  test('is violated by a rollout without end', () => {
    expect(resultOf({ app: { 1: 'a' }, web: { 10: { of: 'a' } }, unrest: ['web-uid'] })).toEqual(VIOLATED);
  });

  test.each([
    ['nothing has pods', {}],
    ['the old ReplicaSet notes no size', old(4)],
    ['the old ReplicaSet notes the present size', old(4, 4)],
    ['the old ReplicaSet has another size than the Deployment', old(3, 8)],
    ['the new ReplicaSet has pods, too', { ...old(4, 8), 'web-2': { 13: { of: 'a', replicas: 1 } } }],
  ])('is violated if %s', (_what, sets) => {
    expect(resultOf(stuck(sets))).toEqual(VIOLATED);
  });

  test('is exempt if the Deployment controller waits for a scale that is over', () => {
    expect(resultOf(stuck(old(4, 8)))).toEqual(EXEMPT);
  });

  test('is not exempt while nothing is left to roll', () => {
    expect(resultOf(stuck({ 'web-1': { 13: { of: 'a', replicas: 4, desired: 8 } } }))).toEqual(VIOLATED);
  });

  test('is not exempt if something else does not come to rest, or nothing is known to', () => {
    expect(resultOf({ ...stuck(old(4, 8)), unrest: ['web-uid', 'job-uid'] })).toEqual(VIOLATED);
    expect(resultOf({ ...stuck(old(4, 8)), unrest: [] })).toEqual(VIOLATED);
  });
});

/** A DaemonSet that was made again after one of its name was gone, for which a pod was made at some time. */
const remade = (at: number, more: Partial<Sketch> = {}): Sketch => ({
  kind: 'DaemonSet',
  app: { 1: 'a' },
  webBefore: { 2: { of: 'a' } },
  web: { 10: { of: 'a', behind: { updated: 0, desired: 2 } } },
  sets: { 'web-1': { 11: { of: 'a' } } },
  pods: { 'web-x': { of: 'web-1', at, reads: 'app', until: 14, madeFor: 'before-uid' } },
  unrest: ['web-uid'],
  ...more,
});

describe('Comes to rest, of a DaemonSet', () => {
  const { webBefore: _none, ...alone } = remade(12);
  const create = { resource: 'pods', name: 'web-y', by: 'other', verb: 'create' } as const;
  const remove = call(8, 8, { ...create, name: 'web-x', what: 'daemon-set-controller', verb: 'delete' });

  test('is exempt if its controller waits for pods of an earlier one of its name', () => {
    const exempted = { 'its daemonset’s controller waits for pods of an earlier one': 1 };
    expect(resultOf(remade(12)).exempt).toEqual(exempted);
    expect(resultOf(remade(7)).exempt).toEqual(exempted);
    expect(resultOf(remade(3, { calls: [remove] })).exempt).toEqual(exempted);
  });

  test.each<[string, Sketch]>([
    ['the earlier one had its pods before it was gone', remade(3)],
    ['there was no earlier one', alone],
    [
      'its controller has asked for a pod',
      remade(12, { calls: [call(12, 12, { ...create, podOf: 'web-uid' })] }),
    ],
    [
      'its controller was refused a pod',
      remade(12, {
        calls: [call(12, 12, { ...create, podOf: 'web-uid', succeeded: false, version: undefined })],
      }),
    ],
    ['its controller counts no nodes', remade(12, { web: { 10: { of: 'a' } } })],
  ])('is violated if %s', (_what, sketch) => {
    expect(resultOf(sketch).violated).toContain('Comes to rest');
  });
});
