import { expect, test } from 'vitest';
import { DAEMON_SET, type DaemonSet } from '../../src/workloads/daemon-set.ts';

const template = { spec: { containers: [{ name: 'agent' }] } };
const plain: DaemonSet = { metadata: { name: 'agent', generation: 2 }, spec: { template } };

test('a DaemonSet has the view of every workload, without a number of replicas', () => {
  const selector = { matchLabels: { app: 'agent' } };
  expect(
    DAEMON_SET.fieldsOf({
      ...plain,
      spec: { template, selector },
      status: { observedGeneration: 2 },
    } as DaemonSet),
  ).toEqual({
    template,
    replicas: undefined,
    paused: false,
    strategy: { type: 'rolling', partition: 0, surge: true, keepsAdopted: true },
    selector,
    rollout: { observed: true, failed: false, revision: undefined },
  });
  expect(DAEMON_SET.fieldsOf(plain)).toMatchObject({ rollout: { observed: false } });
});

test('a DaemonSet may replace pods only when somebody deletes them', () => {
  const of = { ...plain, spec: { template, updateStrategy: { type: 'OnDelete' } } };
  expect(DAEMON_SET.fieldsOf(of)).toMatchObject({ strategy: { type: 'on-delete' } });
});

test('a DaemonSet is checked by its schema', () => {
  expect(DAEMON_SET.check(plain).kind).toBe('checked');
  expect(DAEMON_SET.check({ metadata: {}, spec: {} })).toMatchObject({ kind: 'wrong' });
});
