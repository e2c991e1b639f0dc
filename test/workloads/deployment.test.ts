import { describe, expect, test } from 'vitest';
import { DEPLOYMENT, type Deployment, hasRolloutFailed, replicasOf } from '../../src/workloads/deployment.ts';
import { isObserved } from '../../src/workloads/observed.ts';
import { deployment } from '../kit/deployments.ts';

type Status = NonNullable<Deployment['status']>;

/** A Deployment of generation 2 with this status. */
function withStatus(status: Status): Deployment {
  const plain = deployment({});
  return { ...plain, metadata: { ...plain.metadata, generation: 2 }, status };
}
const progressing = (status: string) =>
  withStatus({
    conditions: [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status },
    ],
  });

describe('the rollout of a Deployment', () => {
  test('has failed when its controller has given up', () => {
    expect(hasRolloutFailed(progressing('False'))).toBe(true);
    expect(hasRolloutFailed(progressing('True'))).toBe(false);
    expect(hasRolloutFailed(deployment({}))).toBe(false);
  });

  test('counts once its controller has observed this generation', () => {
    expect(isObserved(withStatus({ observedGeneration: 2 }))).toBe(true);
    expect(isObserved(withStatus({ observedGeneration: 1 }))).toBe(false);
    expect(isObserved(withStatus({}))).toBe(false);
  });
});

test('a Deployment without a number of replicas wants one, and 0 is a number', () => {
  const { spec } = deployment({});
  expect(replicasOf({ metadata: {}, spec: { ...spec, replicas: null } })).toBe(1);
  expect(replicasOf({ metadata: {}, spec: { ...spec, replicas: 0 } })).toBe(0);
});

test('a Deployment has the view of every workload', () => {
  const of = progressing('True');
  const annotations = { 'deployment.kubernetes.io/revision': '7' };
  const selector = { matchLabels: { app: 'web' } };
  const full: Deployment = {
    ...of,
    metadata: { ...of.metadata, annotations },
    spec: { ...of.spec, paused: true, strategy: { type: 'Recreate' }, selector },
  };
  expect(DEPLOYMENT.fieldsOf(full)).toEqual({
    template: of.spec.template,
    replicas: 2,
    paused: true,
    strategy: { type: 'recreate' },
    selector,
    rollout: { observed: false, failed: false, revision: '7', progress: 'under-way', deadlineMs: 600_000 },
  });
  expect(DEPLOYMENT.fieldsOf(deployment({}))).toMatchObject({
    paused: false,
    strategy: { type: 'rolling', partition: 0, surge: true },
    selector: undefined,
    rollout: { revision: undefined },
  });
});

test('a Deployment is checked by its schema', () => {
  expect(DEPLOYMENT.check(deployment({})).kind).toBe('checked');
  expect(DEPLOYMENT.check({ metadata: { name: 'web' } })).toMatchObject({ kind: 'wrong' });
});
