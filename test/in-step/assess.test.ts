import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { assess } from '../../src/in-step/assess.ts';
import type { Call } from '../../src/in-step/gather.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { ALL_OF_APP, deployment, viewOf, withMarks } from '../kit/deployments.ts';
import { type FoundByPorts, inStepDeps } from '../kit/ports.ts';

const APP = { 'configmap/app': { a: '1' } };
const digestOf = (data: Record<string, string> | undefined) =>
  v1().sourceDigest('shop', ALL_OF_APP, data && { data, binaryData: {} });
const stateOf = (data: Record<string, string> | undefined) =>
  configState(new Map([['configmap/app', digestOf(data)]]), v1());
const marked = (data: Record<string, string> | undefined) =>
  withMarks(deployment({}), marksOfState(stateOf(data)));
const signal = new AbortController().signal;

function scaleOf(of: Deployment): Call {
  const workload = viewOf(of);
  return { operation: 'scale', workload, before: workload, pinNamespace: false, signal };
}

async function assessScale(of: Deployment, found: FoundByPorts, overrides = {}) {
  const { deps, asked } = inStepDeps(found, overrides);
  const { assessment } = await assess(deps, scaleOf(of));
  return { ...assessment, asked };
}

describe('an assessment', () => {
  test('is plain data, which survives serialisation', async () => {
    const { deps } = inStepDeps({ configMaps: APP });
    const { assessment } = await assess(deps, scaleOf(marked({ a: '0' })));
    expect(JSON.parse(JSON.stringify(assessment))).toEqual(assessment);
    expect(assessment).toMatchObject({
      namespace: 'shop',
      name: 'deployment/web',
      decision: { action: 'write', reason: 'drifted', moved: ['configmap/app'] },
    });
  });

  test.each([
    ['same', { a: '1' }, APP],
    ['moved', { a: '0' }, APP],
    ['gone', { a: '1' }, {}],
    ['appeared', undefined, APP],
  ])('gives the state of a source: %s', async (verdict, recorded, configMaps) => {
    const { sources } = await assessScale(marked(recorded), { configMaps });
    expect(sources).toEqual([
      {
        id: 'configmap/app',
        verdict,
        required: true,
        live: stateOf(Object.values(configMaps)[0]).sources['configmap/app'],
        recorded: stateOf(recorded).sources['configmap/app'],
      },
    ]);
  });

  test('calls a source doubtful without a record, and unknown if the record cannot be read', async () => {
    const doubtful = await assessScale(deployment({}), { configMaps: APP });
    expect(doubtful.sources).toMatchObject([{ verdict: 'doubtful', recorded: undefined }]);
    const hash = `v9-${'0'.repeat(64)}`;
    const unknown = await assessScale(
      withMarks(deployment({}), marksOfState({ ...stateOf({ a: '1' }), hash })),
      { configMaps: APP },
    );
    expect(unknown).toMatchObject({
      decision: { action: 'leave', reason: 'unknown-format' },
      sources: [{ verdict: 'unknown' }],
    });
  });
});

/** Pods that started early. */
const OLD = [{ since: 5, firstStart: 6 }];

describe('an assessment reads', () => {
  test('only the sources of a workload in step', async () => {
    const { decision, asked } = await assessScale(marked({ a: '1' }), { configMaps: APP });
    expect(decision).toEqual({ action: 'leave', reason: 'in-step' });
    expect(asked).toEqual(['digest configmap/app']);
  });

  test('history only if the decision needs it', async () => {
    const times = { created: 1, modified: 1, writers: 1 };
    const adopted = await assessScale(deployment({}), { configMaps: APP, times, pods: OLD });
    expect(adopted.decision).toMatchObject({ action: 'record', reason: 'adopted' });
    expect(adopted.asked).toEqual([
      'digest configmap/app',
      'revision',
      'times configmap/app',
      'pods of uid-of-the-revision',
    ]);
    const rolled = await assessScale(deployment({}), {
      configMaps: APP,
      times: { created: 1, modified: 9, writers: 2 },
      pods: OLD,
    });
    expect(rolled.decision).toMatchObject({
      action: 'write',
      reason: 'not-recorded',
      moved: ['configmap/app'],
    });
  });

  test('nothing of an unmanaged workload', async () => {
    const labelled = deployment({ labels: { 'lockstep.dev/inject': 'disabled' } });
    const { decision, asked, live } = await assessScale(labelled, { configMaps: APP });
    expect(decision).toEqual({ action: 'leave', reason: 'unmanaged' });
    expect(live).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('the namespace if its label can decide', async () => {
    const off = { injectDefault: 'disabled' };
    const found = { configMaps: APP, namespaceLabels: { 'lockstep.dev/inject': 'enabled' } };
    const { decision, asked } = await assessScale(marked({ a: '1' }), found, off);
    expect(decision.reason).toBe('in-step');
    expect(asked).toEqual(['namespace shop', 'digest configmap/app']);
    expect((await assessScale(marked({ a: '1' }), { configMaps: APP }, off)).decision.reason).toBe(
      'unmanaged',
    );
  });
});

test('a malformed label, and names it', async () => {
  const of = deployment({ labels: { 'lockstep.dev/inject': 'yes', 'lockstep.dev/pin': 'yes' } });
  const { malformed } = await assessScale(of, { configMaps: APP });
  expect(malformed).toEqual([{ on: 'label', label: 'lockstep.dev/inject', value: 'yes' }]);
});
