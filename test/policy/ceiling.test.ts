import { describe, expect, test } from 'vitest';
import { decideCeiling, isStuck, isWhollyPinned } from '../../src/policy/ceiling.ts';

describe('the ceiling', () => {
  const facts = {
    replicasBefore: 4,
    replicasWanted: 9,
    replicaSetHash: 'v1-old',
    owner: { hash: 'v1-new', disabled: false, paused: false, failed: false },
  };
  const reasonOf = (changes: Partial<Parameters<typeof decideCeiling>[0]>) =>
    decideCeiling({ ...facts, ...changes }).reason;
  test('keeps a stale ReplicaSet at its number of replicas', () => {
    expect(decideCeiling(facts)).toEqual({ action: 'cap', reason: 'stale', replicas: 4 });
    expect(decideCeiling({ ...facts, stuck: false })).toEqual({
      action: 'cap',
      reason: 'stale',
      replicas: 4,
    });
  });
  test('does not limit any other ReplicaSet', () => {
    expect(reasonOf({ replicasWanted: 4 })).toBe('not-growing');
    expect(reasonOf({ replicaSetHash: 'v1-new' })).toBe('current');
    expect(reasonOf({ owner: { ...facts.owner, paused: true } })).toBe('paused');
    expect(reasonOf({ owner: { ...facts.owner, failed: true } })).toBe('rollout-failed');
    expect(reasonOf({ owner: { ...facts.owner, disabled: true } })).toBe('unmanaged');
    expect(decideCeiling({ ...facts, owner: undefined }).reason).toBe('no-workload');
    expect(reasonOf({ stuck: true })).toBe('no-ready-pod');
  });
  test('says of a rollout that failed or is paused what the Deployment says, though it is stuck, too', () => {
    expect(reasonOf({ stuck: true, owner: { ...facts.owner, failed: true } })).toBe('rollout-failed');
    expect(reasonOf({ stuck: true, owner: { ...facts.owner, paused: true } })).toBe('paused');
    expect(reasonOf({ stuck: true, replicaSetHash: 'v1-new' })).toBe('current');
  });
});

describe('a rollout', () => {
  test.each([
    ['that began just now is not stuck', { sinceMs: 1_000, readyReplicas: 0 }, 1_000, false],
    ['has as long as patience lasts', { sinceMs: 1_000, readyReplicas: 0 }, 60_999, false],
    ['is stuck after that', { sinceMs: 1_000, readyReplicas: 0 }, 61_000, true],
    ['with a ready pod never is', { sinceMs: 1_000, readyReplicas: 1 }, 9_000_000, false],
    ['that seems to begin in the future is not', { sinceMs: 1_000, readyReplicas: 0 }, 0, false],
  ])('%s', (_what, successor, nowMs, expected) => {
    expect(isStuck(successor, nowMs, 60_000)).toBe(expected);
  });
});

describe('a template is wholly pinned', () => {
  const template = (annotations: Record<string, string>) => ({ metadata: { annotations } });
  const sources = (...ids: readonly string[]) =>
    JSON.stringify(Object.fromEntries(ids.map((id) => [id, '0123456789abcdef'])));
  test.each([
    [
      'if it names a copy of each source',
      'configmap/app, secret/db',
      sources('secret/db', 'configmap/app'),
      true,
    ],
    ['not if one is live', 'configmap/app', sources('secret/db', 'configmap/app'), false],
    ['not if the list is malformed', 'app', sources('configmap/app'), false],
  ])('%s', (_what, pinned, configSources, expected) => {
    const annotations = { 'lockstep.dev/pinned': pinned, 'lockstep.dev/config-sources': configSources };
    expect(isWhollyPinned(template(annotations))).toBe(expected);
  });
  test('not without a list', () => {
    expect(isWhollyPinned(undefined)).toBe(false);
    expect(isWhollyPinned(template({ 'lockstep.dev/config-sources': sources('configmap/app') }))).toBe(false);
  });
});
