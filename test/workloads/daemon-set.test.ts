import { expect, test } from 'vitest';
import { DAEMON_SET, type DaemonSet, isNumberedAlike } from '../../src/workloads/daemon-set.ts';

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
    rollout: {
      observed: true,
      failed: false,
      stage: 'settled',
      revision: undefined,
      progress: 'complete',
    },
  });
  expect(DAEMON_SET.fieldsOf(plain)).toMatchObject({ rollout: { observed: false } });
});

test.each([
  ['its controller has not seen the template', { observedGeneration: 1 }, false],
  ['no node should have a pod', {}, true],
  ['a node lacks a pod of the template', { desiredNumberScheduled: 3, updatedNumberScheduled: 2 }, false],
  ['no node has one yet', { desiredNumberScheduled: 3 }, false],
  ['each node has one', { desiredNumberScheduled: 3, updatedNumberScheduled: 3 }, true],
])('a rollout is complete or not if %s', (_, status, complete) => {
  const of = { ...plain, status: { observedGeneration: 2, ...status } };
  expect(DAEMON_SET.fieldsOf(of)).toMatchObject({ rollout: { stage: complete ? 'settled' : 'under-way' } });
});

test('a DaemonSet may replace pods only when somebody deletes them', () => {
  const of = { ...plain, spec: { template, updateStrategy: { type: 'OnDelete' } } };
  expect(DAEMON_SET.fieldsOf(of)).toMatchObject({ strategy: { type: 'on-delete' } });
});

test('a DaemonSet is checked by its schema', () => {
  expect(DAEMON_SET.check(plain).kind).toBe('checked');
  expect(DAEMON_SET.check({ metadata: {}, spec: {} })).toMatchObject({ kind: 'wrong' });
});

test('its controller takes a pod for one of the present template by a number that begins at 1', () => {
  const labels = { 'pod-template-generation': '1' };
  const numbered = (n: string) => ({ annotations: { 'deprecated.daemonset.template.generation': n } });
  expect(isNumberedAlike({}, labels)).toBe(true);
  expect(isNumberedAlike(numbered('0'), labels)).toBe(true);
  expect(isNumberedAlike(numbered('1'), labels)).toBe(true);
  expect(isNumberedAlike(numbered('2'), labels)).toBe(false);
  expect(isNumberedAlike(numbered('1'), {})).toBe(false);
  expect(isNumberedAlike(numbered('1'), undefined)).toBe(false);
});
