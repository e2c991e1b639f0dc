import { describe, expect, test } from 'vitest';
import { type Judged, standingOf } from '../../src/census/standing.ts';
import { unmanaged } from '../../src/in-step/assess.ts';
import type { Assessment } from '../../src/in-step/assessment.ts';
import { NO_MARKS } from '../../src/marks/marks.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewDeps } from '../kit/reviews.ts';

const workload = viewOf(deployment({}));

type Brought = Extract<Judged, { kind: 'brought' }>;

function judged(
  decision: Decision,
  changes: Partial<Assessment> = {},
  more: Partial<Pick<Brought, 'patched' | 'observes'>> = {},
): Judged {
  const { signal } = new AbortController();
  const call = { operation: 'scale', workload, before: workload, pinNamespace: false, signal } as const;
  const assessment = { ...unmanaged(reviewDeps({}).deps, call), idle: false, decision, ...changes };
  const rest = { copyWarnings: [], observed: false, observes: false };
  return { kind: 'brought', read: workload, patched: undefined, assessment, ...rest, ...more };
}

const DRIFTED: Decision = { action: 'write', reason: 'drifted', marks: NO_MARKS, moved: ['configmap/app'] };

describe('a workload stands', () => {
  test('where its judgement says', () => {
    expect(standingOf(judged(DRIFTED))).toEqual({ state: 'Drifted', isLate: true });
    expect(standingOf(judged({ action: 'leave', reason: 'in-step' }))?.state).toBe('InStep');
    expect(standingOf(judged({ action: 'leave', reason: 'unmanaged' }))?.state).toBe('NotManaged');
  });

  test('in step, or held, after what was written', () => {
    expect(standingOf(judged(DRIFTED, {}, { patched: workload }))).toEqual({
      state: 'InStep',
      isLate: false,
    });
    const held: Decision = { action: 'record', reason: 'held', marks: NO_MARKS };
    expect(standingOf(judged(held, {}, { patched: workload }))?.state).toBe('Held');
  });

  test('and is late only if nobody has asked that it stays so', () => {
    expect(standingOf(judged(DRIFTED, {}, { observes: true }))).toEqual({ state: 'Drifted', isLate: false });
    expect(standingOf(judged(DRIFTED, { paused: true }))).toEqual({ state: 'Waiting', isLate: false });
    const waiting = judged({ action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] });
    expect(standingOf(waiting)).toEqual({ state: 'Waiting', isLate: false });
  });

  test('nowhere if it is gone, or takes its template from another one', () => {
    expect(standingOf({ kind: 'gone', observes: false })).toBeUndefined();
    const templateRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    expect(standingOf({ kind: 'referring', read: workload, templateRef, observes: false })).toBeUndefined();
  });
});
