import { expect, test } from 'vitest';
import { type AuditEvent, FAILED_OPEN } from '../../../lab/control-plane/audit.ts';
import { type BystanderCall, judgeCall } from './bystander-calls.ts';
import { kindOf } from './fault.ts';

const PATIENCE = { deadlineMs: 5_000, apiMs: 10 };

const CALL: BystanderCall = {
  auditId: '1',
  what: 'scale up to 3',
  namespace: 'pinned',
  status: 200,
  warnings: [],
  reviewed: true,
  hash: { expected: ['v1-a', 'v1-b'], found: 'v1-a' },
  shared: false,
};
const EVENT: AuditEvent = {
  auditID: '1',
  stage: 'ResponseComplete',
  verb: 'patch',
  requestURI: '/',
  requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  stageTimestamp: '2026-01-01T00:00:00.070000Z',
  user: {},
  annotations: { 'scale.lockstep.dev/decision': 'write', 'scale.lockstep.dev/reason': 'drift' },
};
const annotated = (annotations: Record<string, string>): AuditEvent => ({ ...EVENT, annotations });
const UNUSABLE = annotated({ 'a.lockstep.dev/decision': 'fail', 'a.lockstep.dev/reason': 'copy_unusable' });

test.each<[string, Partial<BystanderCall>, AuditEvent, string[]]>([
  ['one that is right', {}, EVENT, []],
  ['one that the API server must refuse', { status: 422, expected: 422, hash: undefined }, EVENT, []],
  ['one that lockstep need not check', { reviewed: false }, annotated({}), []],
  ['one that is refused', { status: 500 }, EVENT, ['Answered (refused)']],
  ['one that is late', {}, { ...EVENT, stageTimestamp: '2026-01-01T00:00:05.100000Z' }, ['Answered (slow)']],
  ['one that lockstep was not called for', {}, annotated({}), ['Checked']],
  ['one that failed', {}, annotated({ 'a.lockstep.dev/decision': 'fail' }), ['Checked']],
  ['one that was denied', {}, annotated({ 'a.lockstep.dev/decision': 'deny' }), ['Checked']],
  [
    'one that lockstep could not be called for',
    {},
    annotated({ [`${FAILED_OPEN}round_0_index_0`]: 'template.lockstep.dev' }),
    ['Checked'],
  ],
  ['one with a warning', { warnings: ['299 - "lockstep: it was not checked"'] }, EVENT, ['Checked']],
  ['one with the hash of another time', { hash: { expected: ['v1-a'], found: 'v1-c' } }, EVENT, ['In step']],
  ['one without a hash', { hash: { expected: ['v1-a'], found: undefined } }, EVENT, ['In step']],
  ['one whose copy somebody made unusable', {}, UNUSABLE, ['Checked']],
  ['one whose copy a neighbour made unusable', { shared: true }, UNUSABLE, []],
])('a call of the bystander, %s', (_, more, event, kinds) => {
  const call = { ...CALL, ...more };
  const judged = judgeCall(call, event, PATIENCE);
  expect(judged.faults.map(kindOf)).toEqual(kinds);
  expect(judged.checked).toBe(!kinds.includes('Checked') && call.reviewed);
});

test('a call that fails while the API server by itself is slow is counted, and nobody is blamed', () => {
  const failed = annotated({ 'a.lockstep.dev/decision': 'fail' });
  const slow = { ...PATIENCE, apiMs: 3_000 };
  expect(judgeCall(CALL, failed, slow)).toMatchObject({ faults: [], checked: false, excused: true });
  expect(judgeCall(CALL, EVENT, slow)).toMatchObject({ faults: [], checked: true, excused: false });
});

test('its time is the API server’s', () => {
  expect(judgeCall(CALL, EVENT, PATIENCE).ms).toBe(70);
});
