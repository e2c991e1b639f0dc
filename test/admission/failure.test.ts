import { describe, expect, test } from 'vitest';
import { failureOf, failureOutcome } from '../../src/admission/failure.ts';
import { LockstepError } from '../../src/errors.ts';

describe('the reason of a review that could not be decided', () => {
  test('is the message of a LockstepError, under its code', () => {
    const error = new LockstepError('API_REFUSED', 'the API server answered 403');
    expect(failureOf(error, 100)).toEqual({ reason: 'api_refused', why: 'the API server answered 403' });
  });

  test('is the deadline if the time is over', () => {
    const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(failureOf(timeout, 99.6)).toEqual({
      reason: 'deadline_exceeded',
      why: 'the API server did not answer within 100 ms',
    });
  });

  test.each([
    ['an error', new TypeError('s3cret')],
    ['another abort', new DOMException('s3cret', 'AbortError')],
    ['a text', 's3cret'],
    ['nothing', undefined],
  ])('is a bug for any other error, without its message: %s', (_what, error) => {
    expect(failureOf(error, 100)).toEqual({ reason: 'bug', why: 'an error inside lockstep, see its log' });
  });
});

describe('a call that could not be checked', () => {
  const failure = { reason: 'api_refused', why: 'the API server answered 403' } as const;
  const WARNING = 'deployment/web was not checked: the API server answered 403';

  test('goes through with a warning', () => {
    expect(failureOutcome(failure, 'deployment/web', 'allow')).toEqual({
      decision: 'fail',
      reason: 'api_refused',
      warnings: [WARNING],
      patch: [],
    });
  });

  test('is refused if errors have to refuse calls, and the user may try again', () => {
    expect(failureOutcome(failure, 'deployment/web', 'deny')).toMatchObject({
      decision: 'deny',
      reason: 'api_refused',
      denial: {
        code: 503,
        reason: 'ServiceUnavailable',
        message: expect.stringMatching(`^${WARNING}; denied, because .*on-error: deny. Try again$`),
      },
    });
  });

  test('is refused for good if the workload is too large', () => {
    const tooLarge = { reason: 'workload_too_large', why: 'w' } as const;
    const outcome = failureOutcome(tooLarge, 'deployment/web', 'deny');
    expect(outcome).toMatchObject({
      denial: { code: 403, reason: 'Forbidden', message: expect.stringMatching(/on-error: deny$/) },
    });
  });

  test('is refused as an internal error if it is a bug', () => {
    expect(failureOutcome({ reason: 'bug', why: 'w' }, 'deployment/web', 'deny')).toMatchObject({
      denial: { code: 500, reason: 'InternalError' },
    });
  });
});
