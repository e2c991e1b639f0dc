import { describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { apiVersionOf, displayName, isIdle, nameOf, workloadOf } from '../../src/workloads/workload.ts';
import { deployment } from '../kit/deployments.ts';

test('a workload is the view of an object: its kind, its metadata, and the object itself, untouched', () => {
  const object = { ...deployment({ labels: { app: 'web' } }), unknown: 1 };
  const workload = workloadOf(DEPLOYMENT, object, 'shop');
  expect(workload).toMatchObject({
    kind: DEPLOYMENT,
    namespace: 'shop',
    metadata: { name: 'web', labels: { app: 'web' } },
    template: object.spec.template,
    replicas: 2,
  });
  expect(workload.object).toBe(object);
  expect(nameOf(workload)).toBe('deployment/web');
});

describe('the name of a workload', () => {
  test.each([
    [{ name: 'web' }, 'pod/web'],
    [{ name: 'web', generateName: 'web-' }, 'pod/web'],
    [{ generateName: 'web-' }, 'pod/web-*'],
    [{ name: '', generateName: 'web-' }, 'pod/web-*'],
    [{ name: null, generateName: null }, 'pod/*'],
  ])('%j: %s', (metadata, name) => {
    expect(displayName('pod', metadata)).toBe(name);
  });
});

test('the apiVersion of the core group has no group', () => {
  expect(apiVersionOf(DEPLOYMENT)).toBe('apps/v1');
  expect(apiVersionOf({ group: '', version: 'v1' })).toBe('v1');
});

test('only a workload with 0 replicas is idle; one without a number is not', () => {
  expect([0, 1, undefined].map((replicas) => isIdle({ replicas }))).toEqual([true, false, false]);
});
