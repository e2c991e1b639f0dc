import { describe, expect, test } from 'vitest';
import { cap, deny, fail, leave, type Outcome, pin } from '../../src/admission/outcome.ts';
import { answerOf } from '../../src/admission/response.ts';

const PATCH = [{ op: 'replace', path: '/spec/replicas', value: 3 }] as const;
const responseTo = (outcome: Outcome) => answerOf('u1', outcome).response;
const writeOutcome = (
  changes: Partial<Extract<Outcome, { decision: 'write' | 'record' }>> = {},
): Outcome => ({
  decision: 'write',
  reason: 'drifted',
  warnings: [],
  patch: PATCH,
  configHash: 'v1-x',
  summary: 's',
  ...changes,
});

test('the answer is an AdmissionReview with the uid of the request', () => {
  expect(answerOf('u1', leave('in-step'))).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: 'u1', allowed: true, auditAnnotations: { decision: 'leave', reason: 'in-step' } },
  });
});

describe('a patch', () => {
  test.each<[string, Outcome]>([
    ['of a write', writeOutcome()],
    ['of a record', writeOutcome({ decision: 'record', reason: 'adopted' })],
    ['of a cap', cap(PATCH)],
    ['of a pod', pin('pinned', PATCH)],
    ['of what could be done all the same', fail('copy_lost', [], PATCH)],
  ])('%s is a JSON Patch in base64', (_what, outcome) => {
    const { allowed, patchType, patch } = responseTo(outcome);
    expect([allowed, patchType]).toEqual([true, 'JSONPatch']);
    expect(JSON.parse(Buffer.from(patch ?? '', 'base64').toString())).toEqual(PATCH);
  });

  test('without changes is not sent', () => {
    const response = responseTo(writeOutcome({ patch: [] }));
    expect(response).toMatchObject({ allowed: true });
    expect(response).not.toHaveProperty('patch');
    expect(response).not.toHaveProperty('patchType');
  });
});

test('a denied call has a status with the reason', () => {
  const denial = { code: 503, reason: 'ServiceUnavailable', message: 'm' } as const;
  expect(responseTo(deny('api_unreachable', denial))).toEqual({
    uid: 'u1',
    allowed: false,
    status: denial,
    auditAnnotations: { decision: 'deny', reason: 'api_unreachable' },
  });
});

test('a write may refuse the object under review, and is still counted as a write', () => {
  const denial = { code: 409, reason: 'Conflict', message: 'm' } as const;
  expect(responseTo(writeOutcome({ denial }))).toEqual({
    uid: 'u1',
    allowed: false,
    status: denial,
    auditAnnotations: { decision: 'write', reason: 'drifted', 'config-hash': 'v1-x' },
  });
});

test('warnings begin with lockstep’s name, and are cut to the API server’s limit', () => {
  const { warnings } = responseTo(leave('in-step', ['short', 'x'.repeat(300)]));
  expect(warnings).toEqual(['lockstep: short', `lockstep: ${'x'.repeat(246)}`]);
  expect(warnings?.at(-1)).toHaveLength(256);
});

describe('many warnings', () => {
  const many = (count: number, length: number) =>
    Array.from({ length: count }, (_, i) => `${i} ${'x'.repeat(length)}`);

  test('are all sent if the API server passes them all on', () => {
    // 16 lines of 256 characters each.
    expect(responseTo(leave('in-step', many(16, 300))).warnings).toHaveLength(16);
  });

  test.each([
    [17, 300],
    [10_000, 30],
    [40_000, 300],
  ])('are cut to its limit, and the last one counts the others: %d of %d characters', (count, length) => {
    const { warnings = [] } = responseTo(leave('in-step', many(count, length)));
    const total = warnings.reduce((sum, text) => sum + text.length, 0);
    expect(total).toBeLessThanOrEqual(4096);
    expect(total).toBeGreaterThan(4096 - 2 * 256);
    expect(warnings.at(-1)).toBe(`lockstep: ${count - warnings.length + 1} more warnings`);
  });

  test('that are the same are one', () => {
    expect(responseTo(leave('in-step', ['a', 'b', 'a'])).warnings).toEqual(['lockstep: a', 'lockstep: b']);
  });
});

test('the audit log gets the decision, the reason and the config hash, if there is one', () => {
  expect(responseTo(writeOutcome()).auditAnnotations).toEqual({
    decision: 'write',
    reason: 'drifted',
    'config-hash': 'v1-x',
  });
  const { auditAnnotations } = responseTo(writeOutcome({ reason: 'references-gone', configHash: undefined }));
  expect(auditAnnotations).toEqual({ decision: 'write', reason: 'references-gone' });
});
