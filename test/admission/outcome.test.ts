import { describe, expect, test } from 'vitest';
import { cap, deny, FAIL_REASONS, fail, leave, outcomeOf, pin } from '../../src/admission/outcome.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import { ERRORS } from '../../src/errors.ts';
import type { Assessment } from '../../src/in-step/assessment.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import type { Decision } from '../../src/policy/decision.ts';

const live = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const marks = marksOfState(live);
const PATCH = [{ op: 'add', path: '/x', value: 1 }] as const;

function prepared(decision: Decision, copyWarnings: readonly string[] = [], observed = false) {
  const assessment: Assessment = {
    namespace: 'shop',
    name: 'deployment/web',
    operation: 'update',
    paused: false,
    strategy: { type: 'rolling', partition: 0, surge: true },
    idle: false,
    decision,
    live,
    recorded: undefined,
    sources: [],
    malformed: [{ on: 'label', label: 'lockstep.dev/inject', value: 'yes' }],
    pinAsked: false,
    pinnedIds: [],
    unpinned: [],
    remade: [],
    omitted: [],
  };
  return { assessment, copyWarnings, observed };
}
const MALFORMED =
  'label lockstep.dev/inject="yes" on deployment/web is neither enabled nor disabled: ignored';

describe('the outcome of a decision', () => {
  test('that leaves the workload has its reason, and no patch unless the object under review needs one', () => {
    const left = { decision: 'leave', reason: 'in-step', warnings: [MALFORMED] };
    const of = prepared({ action: 'leave', reason: 'in-step' });
    expect(outcomeOf(of)).toEqual(left);
    expect(outcomeOf(of, PATCH)).toEqual({ ...left, patch: PATCH });
  });

  test('that writes has the patch, the hash, a log line and all warnings, with those about copies last', () => {
    const decision: Decision = { action: 'write', reason: 'drifted', marks, moved: ['configmap/app'] };
    expect(outcomeOf(prepared(decision, ['no copy']), PATCH)).toEqual({
      decision: 'write',
      reason: 'drifted',
      warnings: ['configmap/app changed: all pods of deployment/web roll', MALFORMED, 'no copy'],
      patch: PATCH,
      configHash: live.hash,
      summary: 'rolled deployment/web: configmap/app changed',
    });
  });

  test('that records says so, and has no patch if the cluster was patched', () => {
    const outcome = outcomeOf(prepared({ action: 'record', reason: 'adopted', marks }));
    expect(outcome).toMatchObject({ decision: 'record', reason: 'adopted', patch: [] });
  });
});

describe('every other outcome', () => {
  test('leave', () => {
    expect(leave('workload-gone')).toEqual({ decision: 'leave', reason: 'workload-gone', warnings: [] });
    expect(leave('paused', ['w'])).toEqual({ decision: 'leave', reason: 'paused', warnings: ['w'] });
  });

  test('cap carries the patch', () => {
    expect(cap(PATCH)).toEqual({ decision: 'cap', reason: 'stale', warnings: [], patch: PATCH });
  });

  test('pin and fail carry the patch that is possible', () => {
    expect(pin('pinned', PATCH)).toEqual({ decision: 'pin', reason: 'pinned', warnings: [], patch: PATCH });
    expect(fail('copy_lost', ['w'], PATCH)).toEqual({
      decision: 'fail',
      reason: 'copy_lost',
      warnings: ['w'],
      patch: PATCH,
    });
  });

  test('deny carries only its reason', () => {
    const denial = { code: 503, reason: 'ServiceUnavailable', message: 'm' } as const;
    expect(deny('api_refused', denial)).toEqual({
      decision: 'deny',
      reason: 'api_refused',
      warnings: [],
      denial,
    });
  });
});

test('every code of an error is a reason, in lower case', () => {
  expect(Object.keys(FAIL_REASONS).sort()).toEqual(Object.keys(ERRORS).sort());
  for (const [code, reason] of Object.entries(FAIL_REASONS)) expect(reason).toBe(code.toLowerCase());
});
