import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import { BASELINE, CONFIG_HASH, CONFIG_SOURCES } from '../../src/marks/names.ts';
import { printStateOf, recordedState } from '../../src/marks/records.ts';
import { decideCeiling } from '../../src/policy/ceiling.ts';
import { injectLabel, isManaged } from '../../src/policy/managed.ts';
import { warningsOf } from '../../src/policy/warnings.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

describe('the inject label', () => {
  const label = (value?: string) => injectLabel(value === undefined ? {} : { 'lockstep.dev/inject': value });
  test.each([
    ['enabled', undefined, undefined, true],
    ['disabled', undefined, undefined, false],
    ['enabled', 'disabled', undefined, false],
    ['enabled', undefined, 'disabled', false],
    ['enabled', 'enabled', 'disabled', false],
    ['disabled', 'enabled', undefined, true],
    ['disabled', undefined, 'enabled', true],
    ['disabled', 'disabled', 'enabled', false],
    ['enabled', 'yes', undefined, true],
    ['disabled', 'yes', undefined, false],
  ] as const)(
    'default %s, workload %s, namespace %s: managed %s',
    (fallback, workload, namespace, managed) => {
      expect(isManaged(label(workload), label(namespace), fallback)).toBe(managed);
    },
  );
});

describe('the ceiling', () => {
  const facts = {
    replicasBefore: 4,
    replicasWanted: 9,
    replicaSetHash: 'v1-old',
    owner: { hash: 'v1-new', disabled: false, paused: false, failed: false },
  };
  const reasonOf = (changes: Partial<typeof facts>) => decideCeiling({ ...facts, ...changes }).reason;
  test('keeps a stale ReplicaSet at what it had', () => {
    expect(decideCeiling(facts)).toEqual({ action: 'cap', reason: 'stale', replicas: 4 });
  });
  test('leaves every other alone', () => {
    expect(reasonOf({ replicasWanted: 4 })).toBe('not-growing');
    expect(reasonOf({ replicaSetHash: 'v1-new' })).toBe('current');
    expect(reasonOf({ owner: { ...facts.owner, paused: true } })).toBe('paused');
    expect(reasonOf({ owner: { ...facts.owner, failed: true } })).toBe('rollout-failed');
    expect(reasonOf({ owner: { ...facts.owner, disabled: true } })).toBe('unmanaged');
    expect(decideCeiling({ ...facts, owner: undefined }).reason).toBe('no-deployment');
  });
});

describe('marks', () => {
  const state = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
  test('written and read back', () => {
    const marked = withMarks(deployment({}), marksOfState(state));
    expect(recordedState(viewOf(marked))).toEqual(state);
    expect(marked.spec.template.metadata?.annotations?.[CONFIG_SOURCES]).toBe(
      '{"configmap/app":"aaaaaaaaaaaaaaaa"}',
    );
  });
  test('a baseline speaks only for the template that it was taken of', () => {
    const plain = deployment({});
    const annotations = { [BASELINE]: printStateOf(state, plain.spec.template) };
    expect(recordedState(viewOf(deployment({ annotations })))).toEqual(state);
    expect(recordedState(viewOf(deployment({ annotations, image: 'web:2' })))).toBeUndefined();
  });
  test('what is on a template but cannot be read does no harm', () => {
    const broken = deployment({
      template: { [CONFIG_HASH]: 'v1-x', [CONFIG_SOURCES]: '{' },
      annotations: { [BASELINE]: '[' },
    });
    expect(recordedState(viewOf(broken))).toEqual({ hash: 'v1-x', sources: {} });
  });
});

test('a warning stays one short line, however long the names are', () => {
  const name = 'n'.repeat(253);
  const moved = [`configmap/${name}`, 'configmap/b', 'configmap/c'];
  const warnings = warningsOf(
    { action: 'write', reason: 'drifted', marks: NO_MARKS, moved },
    { name: `deployment/${name}`, paused: false, pinned: [] },
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.length).toBeLessThan(120);
});
