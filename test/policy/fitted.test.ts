import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { type Marks, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import { printStateOf } from '../../src/marks/records.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { fittedDecision } from '../../src/policy/fitted.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const STATE = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const MARKS = marksOfState(STATE);
const HASH_ONLY: Marks = { ...NO_MARKS, hash: MARKS.hash };
const filler = (left: number) => ({ note: 'x'.repeat(262_140 - left) });
/** Room for the hash alone, or for nothing. */
const [SCARCE, FULL] = [100, 50];
const template = (left: number, marks: Marks = NO_MARKS) =>
  viewOf(withMarks(deployment({ template: filler(left) }), marks));
const BASELINE = printStateOf(STATE, deployment({}).spec.template);
const workload = (left: number, marks: Marks = NO_MARKS) =>
  viewOf(withMarks(deployment({ annotations: filler(left) }), marks));
const write = (reason: Extract<Decision, { action: 'write' }>['reason'], marks = MARKS): Decision => ({
  action: 'write',
  reason,
  marks,
  moved: [],
});
const record: Decision = { action: 'record', reason: 'adopted', marks: { ...NO_MARKS, baseline: BASELINE } };

describe('a write', () => {
  test('that has room stays as it is', () => {
    const decision = write('drifted');
    expect(fittedDecision(decision, template(10_000))).toEqual({ decision, omitted: [] });
  });

  test('keeps its reason with the hash alone', () => {
    expect(fittedDecision(write('drifted'), template(SCARCE))).toEqual({
      decision: write('drifted', HASH_ONLY),
      omitted: ['sources'],
    });
  });

  test('that an earlier turn has made is not made again', () => {
    for (const [reason, left] of [
      ['created', 'in-step'],
      ['template-changed', 'template-changed'],
    ] as const) {
      const { decision } = fittedDecision(write(reason), template(SCARCE, HASH_ONLY));
      expect(decision).toEqual({ action: 'leave', reason: left });
    }
  });

  test('without room for the hash leaves the workload, or takes the marks that the request brought', () => {
    const omitted = ['hash', 'sources'];
    const left = { action: 'leave', reason: 'no-room' };
    expect(fittedDecision(write('drifted'), template(FULL))).toEqual({ decision: left, omitted });
    expect(fittedDecision(write('template-changed'), template(FULL, MARKS))).toEqual({
      decision: write('no-room', NO_MARKS),
      omitted,
    });
  });

  test('of an undo that cannot be held is none', () => {
    const marks = { ...MARKS, held: BASELINE };
    expect(fittedDecision(write('undo-held', marks), workload(FULL))).toEqual({
      decision: write('no-room', MARKS),
      omitted: ['held'],
    });
  });
});

test('a record without room is left out', () => {
  const omitted = ['baseline'];
  expect(fittedDecision(record, workload(FULL))).toEqual({
    decision: { action: 'leave', reason: 'no-room' },
    omitted,
  });
});

describe('a workload that is left', () => {
  const inStep: Decision = { action: 'leave', reason: 'in-step' };

  test('keeps its marks up to the last byte', () => {
    expect(fittedDecision(inStep, template(SCARCE, HASH_ONLY))).toEqual({ decision: inStep, omitted: [] });
  });

  test('loses those whose room the request takes', () => {
    const left = { action: 'leave', reason: 'template-changed' } as const;
    expect(fittedDecision(left, template(SCARCE, MARKS)).decision).toEqual(
      write('template-changed', HASH_ONLY),
    );
    expect(fittedDecision(inStep, workload(FULL, { ...NO_MARKS, baseline: BASELINE })).decision).toEqual({
      action: 'record',
      reason: 'no-room',
      marks: NO_MARKS,
    });
  });
});
