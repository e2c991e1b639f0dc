import { describe, expect, test } from 'vitest';
import { retryDelay } from '../../src/api/retry.ts';

const status = (code: number, retryAfter?: string) => ({ status: code, retryAfter });

describe('a call that failed is made again', () => {
  test('three times, each time later, and not at the same moment as others', () => {
    const delays = [1, 2, 3].map((attempt) => retryDelay(attempt, { code: 'ECONNRESET' }) ?? Number.NaN);
    [50, 150, 450].forEach((middle, index) => {
      expect(delays[index]).toBeGreaterThanOrEqual(0.75 * middle);
      expect(delays[index]).toBeLessThanOrEqual(1.25 * middle);
    });
    expect(retryDelay(4, { code: 'ECONNRESET' })).toBeUndefined();
  });

  test.each([429, 500, 502, 503, 504])('after %i', (code) => {
    expect(retryDelay(1, status(code))).toBeGreaterThan(0);
  });

  test('after the time that the API server asks for, if that is short', () => {
    expect(retryDelay(1, status(429, '1'))).toBe(1_000);
    expect(retryDelay(1, status(503, '0'))).toBeLessThanOrEqual(65);
    expect(retryDelay(1, status(429, '2'))).toBeUndefined();
    expect(retryDelay(1, status(503, 'Wed, 21 Oct 2026 07:28:00 GMT'))).toBeLessThanOrEqual(65);
  });

  test.each([400, 401, 403, 404, 409, 422, 501])('never after %i', (code) => {
    expect(retryDelay(1, status(code, '1'))).toBeUndefined();
  });

  test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'])(
    'never after %s, because it would happen again',
    (code) => {
      expect(retryDelay(1, { code })).toBeUndefined();
    },
  );
});
