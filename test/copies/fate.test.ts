import { describe, expect, test } from 'vitest';
import { fateOf as fateAmong, isOverdue } from '../../src/copies/fate.ts';

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
const owner = (kind: string, uid: string) => ({ apiVersion: 'apps/v1', kind, name: uid, uid });
const fateOf = (
  owners: Parameters<typeof fateAmong>[0],
  named: Parameters<typeof fateAmong>[1],
  existing: string[] = [],
) => fateAmong(owners, named, new Set(existing));
const usedAt = (time: string) => ({ annotations: { 'lockstep.dev/used-at': time } });

describe('a copy is overdue', () => {
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
    ['used at an invalid time', meta(usedAt('yesterday')), true],
    ['created at an invalid time', meta({ creationTimestamp: '' }), false],
    ['of a Job', meta({ ownerReferences: [owner('Job', 'j')] }), false],
    ['of a ReplicaSet', meta({ ownerReferences: [owner('ReplicaSet', 'r')] }), false],
    ['reserved by a Deployment', meta({ ownerReferences: [owner('Deployment', 'd')] }), true],
    [
      'of a ReplicaSet, and reserved',
      meta({ ownerReferences: [owner('ReplicaSet', 'r'), owner('Namespace', 'n')] }),
      true,
    ],
    [
      'reserved, and used since',
      meta({ ownerReferences: [owner('Namespace', 'n')], ...usedAt('2026-05-01T11:50:01Z') }),
      false,
    ],
    ['of owners that have gone', meta({ ownerReferences: [] }), true],
    ['being deleted', meta({ deletionTimestamp: '2026-05-01T11:59:59Z' }), false],
  ])('%s', (_what, copy, leftover) => {
    expect(isOverdue(copy, GRACE_MS, NOON)).toBe(leftover);
  });
});

describe('an overdue copy', () => {
  const replicaSet = (uid: string, deployment?: string) =>
    ({ ...asOwner('ReplicaSet', uid), is: 'revision', of: deployment }) as const;
  const deployment = (uid: string, pending = false) =>
    ({ ...asOwner('Deployment', uid), is: 'workload', pending }) as const;
  const asOwner = (kind: string, uid: string) => ({ apiVersion: 'apps/v1', kind, name: `web-${uid}`, uid });

  test('that no template names is deleted if it is only reserved', () => {
    expect(fateOf([owner('Namespace', 'n'), owner('Deployment', 'd')], [])).toEqual({ kind: 'delete' });
  });

  test('without an owner stays, because lockstep makes none; it gets its owners if templates name it', () => {
    expect(fateOf([], [])).toEqual({ kind: 'disown' });
    expect(fateOf([], [replicaSet('r')])).toEqual({
      kind: 'assign',
      added: [asOwner('ReplicaSet', 'r')],
      ended: [],
    });
  });

  test('that no template names is no longer reserved if a ReplicaSet owns it that exists', () => {
    const owners = [owner('ReplicaSet', 'r'), owner('Namespace', 'n')];
    expect(fateOf(owners, [], ['r'])).toEqual({ kind: 'assign', added: [], ended: ['n'] });
    expect(fateOf(owners, [], ['n'])).toEqual({ kind: 'keep' });
  });

  test('that no template names stays until Kubernetes sees that its ReplicaSets are gone', () => {
    const owners = [owner('ReplicaSet', 'r'), owner('Namespace', 'n')];
    // Kubernetes takes the ReplicaSet off without a resourceVersion. If the reservation ended, no owner would be left.
    expect(fateOf(owners, [])).toEqual({ kind: 'keep' });
    expect(fateOf([owner('Namespace', 'n')], [])).toEqual({ kind: 'delete' });
  });

  test('gets all ReplicaSets that name it as owners, and is no longer reserved', () => {
    const owners = [owner('ReplicaSet', 'r1'), owner('Namespace', 'n'), owner('Deployment', 'd')];
    const named = [deployment('d'), replicaSet('r1', 'd'), replicaSet('r2', 'd'), replicaSet('r3')];
    const added = [asOwner('ReplicaSet', 'r2'), asOwner('ReplicaSet', 'r3')];
    expect(fateOf(owners, named)).toEqual({ kind: 'assign', added, ended: ['n', 'd'] });
  });

  test.each([
    ['has no ReplicaSet that names it', deployment('d'), [replicaSet('r', 'other')]],
    ['may be about to have another', deployment('d', true), [replicaSet('r', 'd')]],
  ])('is reserved by a Deployment that %s', (_what, waiting, sets) => {
    const reserving = [asOwner('Deployment', 'd')];
    const owners = [owner('ReplicaSet', 'r')];
    expect(fateOf(owners, [waiting, ...sets])).toEqual({ kind: 'assign', added: reserving, ended: [] });
    expect(fateOf([...owners, owner('Deployment', 'd')], [waiting, ...sets])).toEqual({ kind: 'keep' });
    expect(fateOf([...owners, owner('Namespace', 'n')], [waiting, ...sets])).toEqual({
      kind: 'assign',
      added: reserving,
      ended: ['n'],
    });
  });
});
