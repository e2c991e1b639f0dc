import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigState, CURRENT_FORMAT, configState } from '../../src/digest/format.ts';
import { type Adoption, decide, type Facts, historyNeeded } from '../../src/policy/decide.ts';
import { type Marks, NO_MARKS, templateMarks } from '../../src/policy/marks.ts';

const state = (digest: string): ConfigState =>
  configState(new Map([['configmap/app', digest]]), CURRENT_FORMAT);
const A = state('a'.repeat(64));
const B = state('b'.repeat(64));
const ABSENT = state('absent');
const UNKNOWN: ConfigState = { hash: `v9-${'0'.repeat(64)}`, sources: {} };

const base: Facts = {
  operation: 'update',
  managed: true,
  referenced: true,
  templateChanged: false,
  marks: templateMarks(A),
  before: templateMarks(A),
  recorded: A,
  live: A,
  liveAsRecorded: undefined,
  required: new Set(['configmap/app']),
  idle: false,
};
const same: Adoption = { verdict: 'same', baseline: '{"baseline":true}' };
const unrecorded = { marks: NO_MARKS, before: NO_MARKS, recorded: undefined };
const reasonOf = (facts: Partial<Facts>, adoption?: Adoption) => {
  const { action, reason } = decide({ ...base, ...facts }, adoption);
  return `${action} ${reason}`;
};

describe('each case has its decision', () => {
  test.each<[string, Partial<Facts>, Adoption?]>([
    ['leave unmanaged', { managed: false, live: B }],
    ['leave no-references', { referenced: false, ...unrecorded }],
    ['leave in-step', {}],
    ['leave in-step', { operation: 'scale' }],
    ['leave in-step', { operation: 'create', before: NO_MARKS, recorded: undefined, templateChanged: true }],
    ['write created', { operation: 'create', ...unrecorded, templateChanged: true }],
    ['write template-changed', { templateChanged: true, live: B }],
    ['write template-changed', { marks: templateMarks(B), before: NO_MARKS, recorded: undefined }],
    ['leave template-changed', { templateChanged: true }],
    ['write references-gone', { templateChanged: true, referenced: false }],
    ['write annotations-restored', { marks: NO_MARKS }],
    ['leave older-format', { live: B, liveAsRecorded: A.hash }],
    [
      'leave unknown-format',
      { recorded: UNKNOWN, marks: templateMarks(UNKNOWN), before: templateMarks(UNKNOWN) },
    ],
    ['write drifted', { live: B }],
    ['write drifted', { live: B, operation: 'scale' }],
    [
      'write undo',
      { marks: templateMarks(A), before: templateMarks(B), recorded: B, live: state('c'.repeat(64)) },
    ],
    ['write undo-no-op', { marks: templateMarks(A), before: templateMarks(B), recorded: B, live: B }],
    [
      'write not-recorded',
      { ...unrecorded, operation: 'scale' },
      { verdict: 'may-differ', source: 'configmap/app' },
    ],
    ['record adopted', { ...unrecorded, operation: 'scale' }, same],
    [
      'record appeared',
      { recorded: ABSENT, marks: templateMarks(ABSENT), before: templateMarks(ABSENT) },
      same,
    ],
  ])('%s', (expected, facts, adoption) => {
    expect(reasonOf(facts, adoption)).toBe(expected);
  });

  test('history is asked for only where it decides', () => {
    expect(historyNeeded({ ...base, ...unrecorded })).toBe('all');
    expect(historyNeeded({ ...base, recorded: ABSENT })).toBe('appeared');
    expect(historyNeeded({ ...base, recorded: ABSENT, required: new Set() })).toBe('none');
    expect(historyNeeded({ ...base, ...unrecorded, idle: true })).toBe('none');
    expect(historyNeeded(base)).toBe('none');
    expect(historyNeeded({ ...base, live: B })).toBe('none');
  });
});

describe('laws of the decision', () => {
  const states = fc.constantFrom(A, B, ABSENT, UNKNOWN);
  const marks = fc.oneof(fc.constant(NO_MARKS), states.map(templateMarks));
  const facts: fc.Arbitrary<Facts> = fc
    .record({
      operation: fc.constantFrom('create', 'update', 'scale'),
      managed: fc.boolean(),
      referenced: fc.boolean(),
      templateChanged: fc.boolean(),
      marks,
      before: fc.option(states, { nil: undefined }),
      live: fc.constantFrom(A, B, ABSENT),
      liveAsRecorded: fc.option(fc.constant(A.hash), { nil: undefined }),
      required: fc.constantFrom(new Set<string>(), new Set(['configmap/app'])),
      idle: fc.boolean(),
    } as const)
    .map((some) => {
      const before = some.operation === 'create' ? undefined : some.before;
      const beforeMarks = before ? templateMarks(before) : NO_MARKS;
      const now = some.operation === 'scale' ? beforeMarks : some.marks;
      return {
        ...some,
        before: beforeMarks,
        marks: now,
        recorded: before,
        templateChanged: some.operation !== 'scale' && some.templateChanged,
      };
    });
  const adoption = fc.constantFrom<Adoption | undefined>(undefined, same, {
    verdict: 'may-differ',
    source: 'configmap/app',
  });

  const after = (of: Facts, carried: Marks): Facts => {
    const recorded =
      carried.baseline !== undefined
        ? of.live
        : [A, B, ABSENT, UNKNOWN].find((one) => one.hash === carried.hash);
    return { ...of, operation: 'update', templateChanged: false, marks: carried, before: carried, recorded };
  };

  test('decide, apply, decide again: leave', () => {
    fc.assert(
      fc.property(facts, adoption, (of, history) => {
        const first = decide(of, history);
        const again = decide(after(of, first.action === 'leave' ? of.marks : first.marks), same);
        if (first.action !== 'leave') expect(again.action).toBe('leave');
      }),
    );
  });

  test('in step: what a managed workload with references carries after a create, a template change or a drift is live', () => {
    fc.assert(
      fc.property(facts, (of) => {
        fc.pre(of.managed && of.referenced);
        const decision = decide(of);
        fc.pre(decision.reason !== 'unknown-format' && of.liveAsRecorded === undefined);
        fc.pre(decision.reason !== 'annotations-restored' || of.recorded !== UNKNOWN);
        fc.pre(decision.reason !== 'undo-no-op' || of.recorded !== UNKNOWN);
        const carried = decision.action === 'leave' ? of.marks : decision.marks;
        expect(carried.hash).toBe(of.live.hash);
      }),
    );
  });

  test('quiet: with an unchanged template and nothing moved, the template stays as it was', () => {
    fc.assert(
      fc.property(facts, (of) => {
        fc.pre(
          of.managed &&
            of.operation !== 'create' &&
            !of.templateChanged &&
            of.recorded?.hash === of.live.hash,
        );
        const decision = decide(of);
        const carried = decision.action === 'leave' ? of.marks : decision.marks;
        expect(carried).toEqual(of.before);
      }),
    );
  });
});
