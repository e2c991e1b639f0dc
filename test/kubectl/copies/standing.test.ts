import { expect, test } from 'vitest';
import { publishedPolicy } from '../../../src/config/published.ts';
import type { TemplateHolder } from '../../../src/copies/fate.ts';
import { isDue, isUnused } from '../../../src/kubectl/copies/standing.ts';

const policy = publishedPolicy(['--pin=on', '--pin-grace=60s', '--namespaces=shop']);
const NOW = Date.parse('2026-01-01T01:00:00Z');
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'n' };
const copy = (
  ownerReferences: readonly object[],
  creationTimestamp = '2026-01-01T00:00:00Z',
  namespace = 'shop',
) => ({
  kind: 'configmap' as const,
  bytes: 1,
  meta: {
    namespace,
    name: 'app-lockstep-1',
    uid: 'c',
    resourceVersion: '1',
    creationTimestamp,
    ownerReferences: ownerReferences as (typeof NAMESPACE)[],
  },
});
const nobody = { all: new Map<string, TemplateHolder>(), byCopy: new Map<string, TemplateHolder[]>() };

test('a copy is due as the sweep has it: in scope, after its grace, and only reserved', () => {
  expect(isDue(copy([NAMESPACE]), policy, NOW)).toBe(true);
  expect(isDue(copy([NAMESPACE], '2026-01-01T00:59:30Z'), policy, NOW)).toBe(false);
  expect(isDue(copy([NAMESPACE], undefined, 'other'), policy, NOW)).toBe(false);
  const revision = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'r' };
  expect(isDue(copy([revision]), policy, NOW)).toBe(false);
  // Rollouts are off, so nobody lists what this one still needs.
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: 'o' };
  expect(isDue(copy([rollout]), policy, NOW)).toBe(false);
});

test('it is unused only if it has a reservation and no template names it', () => {
  expect(isUnused(copy([NAMESPACE]), nobody)).toBe(true);
  expect(isUnused(copy([]), nobody)).toBe(false);
  const holder: TemplateHolder = {
    is: 'revision',
    of: 'w',
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web-1',
    uid: 'r',
  };
  const named = { all: new Map([['r', holder]]), byCopy: new Map([['configmap/app-lockstep-1', [holder]]]) };
  expect(isUnused(copy([NAMESPACE]), named)).toBe(false);
});
