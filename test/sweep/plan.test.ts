import { describe, expect, test } from 'vitest';
import { fateOf, isLeftover } from '../../src/sweep/plan.ts';

const NOON = Date.parse('2026-05-01T12:00:00Z');
const GRACE_MS = 600_000;
const meta = (changed: object = {}) => ({
  namespace: 'shop',
  name: 'app-lockstep-0123456789abcdef',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-05-01T11:50:00Z',
  ...changed,
});
const usedAt = (time: string) => ({ annotations: { 'lockstep.dev/used-at': time } });

describe('a copy is left over', () => {
  test.each([
    ['made a grace ago', meta(), true],
    ['made a second later', meta({ creationTimestamp: '2026-05-01T11:50:01Z' }), false],
    ['used since', meta(usedAt('2026-05-01T11:50:01Z')), false],
    ['used a grace ago', meta(usedAt('2026-05-01T11:50:00.000Z')), true],
    ['used before it was made, as a clock had it', meta(usedAt('2026-05-01T09:00:00Z')), true],
    [
      'made later than it was used',
      meta({ ...usedAt('2026-05-01T09:00:00Z'), creationTimestamp: '2026-05-01T11:55:00Z' }),
      false,
    ],
    ['used at a time that is none', meta(usedAt('yesterday')), true],
    ['made at a time that is none', meta({ creationTimestamp: '' }), false],
    ['of an owner', meta({ ownerReferences: [{ uid: 'r' }] }), false],
    ['of owners that have gone', meta({ ownerReferences: [] }), true],
    ['being deleted', meta({ deletionTimestamp: '2026-05-01T11:59:59Z' }), false],
  ])('%s', (_what, copy, leftover) => {
    expect(isLeftover(copy, GRACE_MS, NOON)).toBe(leftover);
  });
});

describe('a leftover', () => {
  const replicaSet = (name: string) => ({ kind: 'ReplicaSet', name, uid: `uid-of-${name}` }) as const;
  const deployment = { kind: 'Deployment', name: 'web', uid: 'd' } as const;

  test('that nobody names is deleted', () => {
    expect(fateOf([])).toEqual({ kind: 'delete' });
  });

  test('that a Deployment alone names stays', () => {
    expect(fateOf([deployment])).toEqual({ kind: 'keep' });
  });

  test('that ReplicaSets name gets all of them as owners, and nobody else', () => {
    const owners = [
      { name: 'web-1', uid: 'uid-of-web-1' },
      { name: 'web-2', uid: 'uid-of-web-2' },
    ];
    expect(fateOf([deployment, replicaSet('web-1'), replicaSet('web-2')])).toEqual({ kind: 'adopt', owners });
  });
});
