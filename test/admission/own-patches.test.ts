import { expect, test } from 'vitest';
import { ownPatches } from '../../src/admission/own-patches.ts';
import { deployment, viewOf } from '../kit/deployments.ts';

const web = (metadata: Record<string, unknown> = {}) => {
  const of = deployment({});
  return viewOf({ ...of, metadata: { ...of.metadata, uid: 'd', generation: 3, ...metadata } });
};
const PATCHED = web({ resourceVersion: '8', labels: { app: 'web' }, annotations: { note: '1' } });

test('what lockstep itself has patched is its own, until somebody else writes', () => {
  const own = ownPatches();
  expect(own.areAllSince('7', PATCHED)).toBe(false);
  own.remember('7', PATCHED);
  expect(own.areAllSince('7', PATCHED)).toBe(true);
  expect(own.areAllSince('6', PATCHED)).toBe(false);
  const now = { labels: { app: 'web' }, annotations: { note: '1' } };
  expect(own.areAllSince('7', web({ resourceVersion: '9', ...now, generation: 4 }))).toBe(false);
  expect(own.areAllSince('7', web({ resourceVersion: '9', ...now, labels: { app: 'x' } }))).toBe(false);
  expect(own.areAllSince('7', web({ resourceVersion: '9', ...now, annotations: {} }))).toBe(false);
  expect(own.areAllSince('7', web({ ...now, finalizers: ['x.dev/f'] }))).toBe(false);
  expect(own.areAllSince('7', web({ resourceVersion: '9', ...now, uid: 'another' }))).toBe(false);
});

test('status writes and the annotations of the controller do not count', () => {
  const own = ownPatches();
  own.remember('7', PATCHED);
  const annotations = { note: '1', 'deployment.kubernetes.io/revision': '2' };
  const managedFields = [{ manager: 'kube-controller-manager', subresource: 'status' }];
  const now = { resourceVersion: '9', labels: { app: 'web' }, annotations, managedFields };
  expect(own.areAllSince('7', web(now))).toBe(true);
});

test('a workload without a generation or a uid is never its own: nothing tells that its spec is the same', () => {
  for (const missing of [{ generation: undefined }, { uid: undefined }]) {
    const own = ownPatches();
    own.remember('7', web(missing));
    expect(own.areAllSince('7', web(missing))).toBe(false);
  }
});

test('it forgets after a minute, and the oldest beyond a thousand', () => {
  let nowMs = 1_000;
  const own = ownPatches(() => nowMs);
  own.remember('7', PATCHED);
  nowMs += 59_000;
  expect(own.areAllSince('7', PATCHED)).toBe(true);
  nowMs += 2_000;
  expect(own.areAllSince('7', PATCHED)).toBe(false);
  own.remember('7', PATCHED);
  for (let i = 0; i < 1_000; i += 1) own.remember(`v${i}`, PATCHED);
  expect(own.areAllSince('7', PATCHED)).toBe(false);
  expect(own.areAllSince('v999', PATCHED)).toBe(true);
});
