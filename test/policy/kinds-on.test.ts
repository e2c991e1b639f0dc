import { describe, expect, test } from 'vitest';
import { DEFAULT_WORKLOADS, isOfKindOff, kindsOn, WORKLOAD_RESOURCES } from '../../src/policy/kinds-on.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';

const GADGET = { ...DEPLOYMENT, group: 'x.dev', kind: 'Gadget', resource: 'rollouts' };
const KINDS = [DEPLOYMENT, GADGET];

describe('the kinds that are on', () => {
  test('are the rows of the resources that are on', () => {
    expect(kindsOn(['deployments', 'jobs'], KINDS)).toEqual([DEPLOYMENT]);
    expect(kindsOn(['rollouts'], KINDS)).toEqual([GADGET]);
    expect(kindsOn(['jobs'], KINDS)).toEqual([]);
  });

  test('can be every kind that this version knows', () => {
    expect(kindsOn(WORKLOAD_RESOURCES)).toEqual(WORKLOAD_KINDS);
  });

  test('are by default all that every cluster has', () => {
    expect(WORKLOAD_RESOURCES.filter((each) => !DEFAULT_WORKLOADS.some((on) => on === each))).toEqual([
      'rollouts',
    ]);
  });
});

describe('an owner', () => {
  test.each([
    ['of a kind that is off', 'apps/v1', 'Deployment', true],
    ['of a later version of it', 'apps/v2', 'Deployment', true],
    ['of a kind that is on', 'x.dev/v1', 'Gadget', false],
    ['of another group', 'y.dev/v1', 'Deployment', false],
    ['that is no workload', 'apps/v1', 'ReplicaSet', false],
  ])('%s', (_, apiVersion, kind, isOff) => {
    expect(isOfKindOff([GADGET], { apiVersion, kind }, KINDS)).toBe(isOff);
  });
});
