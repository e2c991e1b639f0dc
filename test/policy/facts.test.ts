import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { type Marks, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import type { PinFacts } from '../../src/policy/decision.ts';
import { type Circumstances, factsOf } from '../../src/policy/facts.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import type { Usage } from '../../src/references/usage.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { ALL_OF_APP, deployment, viewOf, withMarks } from '../kit/deployments.ts';

const live = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());

function factsAbout(
  of: Deployment,
  before: Deployment | undefined,
  changes: Partial<Circumstances> = {},
): ReturnType<typeof factsOf> {
  const used = [ALL_OF_APP];
  return factsOf({
    operation: before ? 'update' : 'create',
    workload: viewOf(of),
    before: before && viewOf(before),
    bringer: 'request',
    used,
    usedBefore: used,
    unknownKeysOf: [],
    recorded: undefined,
    recordedFormat: undefined,
    live,
    liveAsRecorded: undefined,
    missingKeys: new Map(),
    rollOn: OPERATIONS,
    pin: undefined,
    ...changes,
  });
}

describe('the template has changed', () => {
  const plain = deployment({});
  test.each([
    ['on a create', plain, undefined, true],
    ['with another image', deployment({ image: 'web:2' }), plain, true],
    ['with another annotation', deployment({ template: { note: 'x' } }), plain, true],
    ['not with other labels of the workload', deployment({ labels: { a: 'b' } }), plain, false],
    ['not with more replicas', { ...plain, spec: { ...plain.spec, replicas: 9 } }, plain, false],
    ['not with our own marks', withMarks(plain, marksOfState(live)), plain, false],
    ['not with an empty set of annotations', deployment({ template: {} }), plain, false],
  ])('%s', (_what, of, before, changed) => {
    expect(factsAbout(of, before).templateChanged).toBe(changed);
  });

  test('not on a scale, which has the same object before and after', () => {
    const workload = viewOf(plain);
    expect(factsAbout(plain, plain, { workload, before: workload }).templateChanged).toBe(false);
  });
});

describe('the other facts of a decision', () => {
  test('include whether pods are held until they are configured', () => {
    const asks = deployment({ template: { 'lockstep.dev/hold-until-configured': 'true' } });
    expect(factsAbout(asks, asks, { holdUntilConfigured: true }).untilConfigured).toBe(true);
    expect(factsAbout(asks, asks).untilConfigured).toBe(false);
  });

  test('include the marks of the request, and those before it; none before a create', () => {
    const marks = marksOfState(live);
    const marked = withMarks(deployment({}), marks);
    expect(factsAbout(deployment({}), marked)).toMatchObject({ marks: NO_MARKS, marksBefore: marks });
    expect(factsAbout(marked, undefined)).toMatchObject({ marks, marksBefore: NO_MARKS });
  });

  test('include the sources that count differently from before', () => {
    const other: Usage = { ...ALL_OF_APP, name: 'other' };
    const usedBefore = [{ ...ALL_OF_APP, data: ['a'] }, { ...other }];
    const facts = factsAbout(deployment({}), deployment({}), { used: [ALL_OF_APP, other], usedBefore });
    expect(facts.rescoped).toEqual({ 'configmap/app': 'other' });
    expect(factsAbout(deployment({}), deployment({})).rescoped).toEqual({});
  });

  const [ofKeys, ofAll] = [{ ...ALL_OF_APP, data: ['a'], binaryData: [] }, ALL_OF_APP];
  test.each<[string, Usage, Usage, string | undefined]>([
    ['the same keys', ofKeys, ofKeys, undefined],
    ['a key instead of all', ofKeys, ofAll, 'less'],
    ['all instead of a key', ofAll, ofKeys, 'other'],
    ['another key', { ...ofKeys, data: ['b'] }, ofKeys, 'other'],
    ['all but a key', { ...ofAll, except: ['b'] }, ofAll, 'less'],
    ['all again', ofAll, { ...ofAll, except: ['b'] }, 'other'],
    ['all but fewer keys', { ...ofAll, except: ['b'] }, { ...ofAll, except: ['b', 'c'] }, 'other'],
    ['a key that may have been an exception', ofKeys, { ...ofAll, except: ['a'] }, 'other'],
  ])('say how a source counts differently: %s', (_what, used, usedBefore, how) => {
    const facts = factsAbout(deployment({}), deployment({}), { used: [used], usedBefore: [usedBefore] });
    expect(facts.rescoped['configmap/app']).toBe(how);
  });

  test('say of which sources it is not known what the record covers', () => {
    const other: Usage = { ...ALL_OF_APP, name: 'other' };
    const unknownKeysOf = [{ kind: 'configmap', name: 'a*', key: 'x*' } as const];
    const used = [ALL_OF_APP, other];
    const facts = factsAbout(deployment({}), deployment({}), { used, usedBefore: used, unknownKeysOf });
    expect(facts.rescoped).toEqual({ 'configmap/app': 'unknown' });
  });

  test('include the sources that every pod needs to start', () => {
    const optional: Usage = { ...ALL_OF_APP, name: 'other', required: false };
    expect(factsAbout(deployment({}), undefined, { used: [ALL_OF_APP, optional] }).required).toEqual([
      'configmap/app',
    ]);
  });

  test('include whether it has pods, as before the call, because those pods run', () => {
    const plain = deployment({});
    const idle = { ...plain, spec: { ...plain.spec, replicas: 0 } };
    expect(factsAbout(plain, idle).idle).toBe(true);
    expect(factsAbout(idle, plain).idle).toBe(false);
    expect(factsAbout(idle, undefined).idle).toBe(true);
  });

  test('include whether this call may roll it', () => {
    const mayRoll = (rollOn: Circumstances['rollOn']) =>
      factsAbout(deployment({}), deployment({}), { rollOn }).mayRoll;
    expect(mayRoll(['update'])).toBe(true);
    expect(mayRoll(['create', 'scale'])).toBe(false);
  });

  test('count an update of nothing but replicas as a scale', () => {
    const plain = deployment({});
    const more = { ...plain, spec: { ...plain.spec, replicas: 9 } };
    const relabelled = { ...more, metadata: { ...more.metadata, labels: { a: 'b' } } };
    const mayRoll = (of: Deployment, rollOn: Circumstances['rollOn']) =>
      factsAbout(of, plain, { rollOn }).mayRoll;
    expect(mayRoll(more, ['create', 'update'])).toBe(false);
    expect(mayRoll(more, ['scale'])).toBe(true);
    expect(mayRoll(relabelled, ['create', 'update'])).toBe(true);
    expect(mayRoll(relabelled, ['scale'])).toBe(false);
    expect(mayRoll(more, ['create'])).toBe(false);
    const create = factsAbout(more, undefined, { rollOn: ['scale'] });
    expect(create.mayRoll).toBe(false);
  });

  test('include what its pods need and lack', () => {
    const used = [{ ...ALL_OF_APP, needed: { env: ['a'], files: [] } }];
    const missingKeys = new Map([['configmap/app', ['a']]]);
    expect(factsAbout(deployment({}), undefined, { used, missingKeys }).lacks).toEqual({
      'configmap/app': { what: 'keys', keys: ['a'], counted: true },
    });
  });
});

describe('the stage of a rollout', () => {
  const pin = { asked: true } as PinFacts;
  const pinnedMarks: Marks = { ...marksOfState(live), pinned: 'configmap/app' };
  type Stage = 'settled' | 'under-way' | 'aborted';
  function stageOf(
    stage: Stage,
    changes: Partial<Circumstances>,
    spec: object = { replicas: 9 },
    marks = pinnedMarks,
  ) {
    const at = (of: Deployment) => ({ ...viewOf(of), rollout: { ...viewOf(of).rollout, stage } });
    const plain = withMarks(deployment({}), marks);
    const now = { ...plain, spec: { ...plain.spec, ...spec } };
    return factsAbout(now, plain, { workload: at(now), before: at(plain), ...changes }).stage;
  }

  test.each<[string, string | undefined, Parameters<typeof stageOf>]>([
    ['forbids that an aborted one starts again on a scale-up', 'rollout-aborted', ['aborted', {}]],
    [
      'the same without copies',
      'rollout-aborted',
      ['aborted', { operation: 'scale' }, {}, marksOfState(live)],
    ],
    ['and when somebody pauses it', 'rollout-aborted', ['aborted', {}, { paused: true }]],
    ['allows another update after an abort', undefined, ['aborted', {}, {}]],
    ['allows a new template after an abort', undefined, ['aborted', {}, { replicas: 9, template: {} }]],
    ['forbids that steps start over if all pods read copies', 'rollout-under-way', ['under-way', { pin }]],
    ['not without copies', undefined, ['under-way', { pin }, { replicas: 9 }, marksOfState(live)]],
    ['not if copies are switched off', undefined, ['under-way', {}]],
    ['forbids nothing once it is over', undefined, ['settled', { pin }]],
  ])('%s', (_what, expected, args) => {
    expect(stageOf(...args)).toBe(expected);
  });
});
