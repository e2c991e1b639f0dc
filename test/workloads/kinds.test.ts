import { describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { kindOfObject, kindOfResource, WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { apiVersionOf } from '../../src/workloads/workload.ts';

describe('the kind', () => {
  test.each([
    ['apps/v1', 'Deployment', DEPLOYMENT],
    ['apps/v1beta1', 'Deployment', undefined],
    ['example.com/v1', 'Deployment', undefined],
    ['apps/v1', 'ReplicaSet', undefined],
  ])('of an object with %s %s', (apiVersion, kind, row) => {
    expect(kindOfObject(WORKLOAD_KINDS, { apiVersion, kind })).toBe(row);
  });

  test.each([
    ['apps', 'deployments', DEPLOYMENT],
    ['', 'deployments', undefined],
    ['apps', 'replicasets', undefined],
  ])('at the resource %j %s', (group, resource, row) => {
    expect(kindOfResource(WORKLOAD_KINDS, { group, resource })).toBe(row);
  });

  test('is the first one by default', () => {
    for (const nothing of [undefined, null]) expect(kindOfResource(WORKLOAD_KINDS, nothing)).toBe(DEPLOYMENT);
  });
});

test('every row is found by its objects and by its resource, and by nothing of another row', () => {
  for (const row of WORKLOAD_KINDS) {
    const { kind, group, resource } = row;
    expect(kindOfObject(WORKLOAD_KINDS, { apiVersion: apiVersionOf(row), kind })).toBe(row);
    expect(kindOfResource(WORKLOAD_KINDS, { group, resource })).toBe(row);
  }
});
