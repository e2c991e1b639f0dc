import { expect, test } from 'vitest';
import { bodyOf, REFUSALS, Refusal } from '../../src/server/refusals.ts';

test('a refusal has the status and the message of its code, after the position of the error', () => {
  const [status, message] = REFUSALS.UID_MISSING;
  expect(new Refusal('UID_MISSING')).toMatchObject({ code: 'UID_MISSING', status, message });
  expect(new Refusal('UID_MISSING', '/request/uid is missing').message).toBe(
    `/request/uid is missing: ${message}`,
  );
});

test('its body contains only the code and the message', () => {
  const refusal = new Refusal('BUSY');
  expect(bodyOf(refusal)).toEqual({ code: 'BUSY', message: refusal.message });
});

test.each(Object.entries(REFUSALS))(
  '%s has an error status, and says what to do',
  (_code, [status, message]) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(message).toMatch(/^[a-z].{15,}$/);
  },
);
