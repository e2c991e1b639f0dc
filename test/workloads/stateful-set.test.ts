import { describe, expect, test } from 'vitest';
import { STATEFUL_SET, type StatefulSet } from '../../src/workloads/stateful-set.ts';

const template = { spec: { containers: [{ name: 'db' }] } };
const plain: StatefulSet = { metadata: { name: 'db', generation: 2 }, spec: { template } };

const strategyOf = (updateStrategy: StatefulSet['spec']['updateStrategy'], spec: object = { replicas: 9 }) =>
  STATEFUL_SET.fieldsOf({ ...plain, spec: { template, updateStrategy, ...spec } } as StatefulSet).strategy;

test('a StatefulSet has the view of every workload', () => {
  const selector = { matchLabels: { app: 'db' } };
  const full: StatefulSet = {
    ...plain,
    spec: { template, selector, replicas: 3 },
    status: { observedGeneration: 2, updateRevision: 'db-5d9' },
  };
  expect(STATEFUL_SET.fieldsOf(full)).toEqual({
    template,
    replicas: 3,
    paused: false,
    strategy: { type: 'rolling', partition: 0, surge: false },
    selector,
    rollout: { observed: true, failed: false, revision: 'db-5d9', progress: 'under-way' },
  });
  expect(STATEFUL_SET.fieldsOf(plain)).toMatchObject({
    replicas: 1,
    rollout: { observed: false, failed: false, revision: undefined },
  });
});

describe('the strategy of a StatefulSet', () => {
  test('is rolling from the partition on, or OnDelete', () => {
    expect(strategyOf({ type: 'RollingUpdate', rollingUpdate: { partition: 3 } })).toMatchObject({
      partition: 3,
    });
    expect(strategyOf({ type: 'RollingUpdate' })).toMatchObject({ partition: 0 });
    expect(strategyOf({ type: 'OnDelete' })).toEqual({ type: 'on-delete' });
  });

  test('counts a partition from the first ordinal', () => {
    const spec = { replicas: 4, ordinals: { start: 5 } };
    const from = (partition: number) =>
      strategyOf({ type: 'RollingUpdate', rollingUpdate: { partition } }, spec);
    expect(from(2)).toEqual({ type: 'rolling', partition: 7, surge: false });
    // Without a partition all pods roll, whatever their numbers.
    expect(from(0)).toEqual({ type: 'rolling', partition: 0, surge: false });
  });

  test('knows a partition that keeps all pods, and those of a scale-up', () => {
    const of = (partition: number, replicas: number) =>
      strategyOf({ type: 'RollingUpdate', rollingUpdate: { partition } }, { replicas });
    expect(of(2, 2)).toMatchObject({ keepsAll: 'present' });
    expect(of(5, 2)).toMatchObject({ keepsAll: 'new-too' });
    expect(of(1, 2)).not.toHaveProperty('keepsAll');
    expect(of(0, 0)).not.toHaveProperty('keepsAll');
  });
});

test('a StatefulSet is checked by its schema', () => {
  expect(STATEFUL_SET.check(plain).kind).toBe('checked');
  expect(STATEFUL_SET.check({ ...plain, spec: { template, updateStrategy: 'RollingUpdate' } })).toMatchObject(
    {
      kind: 'wrong',
      first: { pointer: '/spec/updateStrategy' },
    },
  );
});
