import { expect, test } from 'vitest';
import { isBase64 } from '../../src/manifests/flaw.ts';

test.each([
  ['', true],
  ['aGVsbG8=', true],
  ['aGVsbG8', false],
  ['aGVs\nbG8=\r\n', true],
  ['aGV sbG8=', false],
  // Go ignores bits of the last character that are not used.
  ['aGVsbG9=', true],
  ['aGVsbG8-', false],
  ['ENC[AES256_GCM,data:abcd]', false],
  ['=', false],
])('%j is base64 for the API server: %s', (text, expected) => {
  expect(isBase64(text)).toBe(expected);
});
