import { expect, test } from 'vitest';
import { observedOutcome } from '../../src/admission/observed.ts';
import { deny, fail, leave, type Outcome, pin, refuse } from '../../src/admission/outcome.ts';
import { answerOf } from '../../src/admission/response.ts';

const PATCH = [{ op: 'add', path: '/x', value: 1 }] as const;
const DENIAL = { code: 409, reason: 'Conflict', message: 'made anew' } as const;

const OUTCOMES: readonly Outcome[] = [
  leave('in-step', ['w'], PATCH),
  {
    decision: 'write',
    reason: 'drifted',
    warnings: ['w'],
    patch: PATCH,
    configHash: 'v1-0',
    summary: 'rolled deployment/web',
    denial: DENIAL,
  },
  {
    decision: 'record',
    reason: 'adopted',
    warnings: ['w'],
    patch: PATCH,
    configHash: 'v1-0',
    summary: 'recorded deployment/web',
  },
  { decision: 'cap', reason: 'stale', warnings: ['w'], patch: PATCH },
  pin('pinned', PATCH, ['w']),
  fail('bug', ['w'], PATCH),
  refuse('missing'),
  deny('api_unreachable', { code: 503, reason: 'ServiceUnavailable', message: 'w' }),
];

test.each(OUTCOMES)('whatever was decided, the answer changes and refuses nothing: $decision', (outcome) => {
  const { response } = answerOf('u1', observedOutcome(outcome));
  const warning = outcome.decision === 'refuse' ? 'would refuse it: missing' : 'w';
  expect(response).toMatchObject({ allowed: true, warnings: [`lockstep observes: ${warning}`] });
  expect(response.patch).toBeUndefined();
  const decision = outcome.decision === 'deny' ? 'fail' : outcome.decision;
  expect(response.auditAnnotations).toMatchObject({ decision, reason: outcome.reason, mode: 'observe' });
});
