import { describe, expect, test } from 'vitest';
import { decideCeiling } from '../../src/policy/ceiling.ts';

describe('the ceiling', () => {
  const facts = {
    replicasBefore: 4,
    replicasWanted: 9,
    replicaSetHash: 'v1-old',
    owner: { hash: 'v1-new', disabled: false, paused: false, failed: false },
  };
  const reasonOf = (changes: Partial<typeof facts>) => decideCeiling({ ...facts, ...changes }).reason;
  test('keeps a stale ReplicaSet at its number of replicas', () => {
    expect(decideCeiling(facts)).toEqual({ action: 'cap', reason: 'stale', replicas: 4 });
  });
  test('does not limit any other ReplicaSet', () => {
    expect(reasonOf({ replicasWanted: 4 })).toBe('not-growing');
    expect(reasonOf({ replicaSetHash: 'v1-new' })).toBe('current');
    expect(reasonOf({ owner: { ...facts.owner, paused: true } })).toBe('paused');
    expect(reasonOf({ owner: { ...facts.owner, failed: true } })).toBe('rollout-failed');
    expect(reasonOf({ owner: { ...facts.owner, disabled: true } })).toBe('unmanaged');
    expect(decideCeiling({ ...facts, owner: undefined }).reason).toBe('no-workload');
  });
});
