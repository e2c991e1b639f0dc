import { describe, expect, test } from 'vitest';
import { parseKeys } from '../../src/digest/secret-keys.ts';
import { KEY, KEY_TEXT, keysOf, OTHER_KEY } from '../kit/secret-keys.ts';

describe('keys', () => {
  test('are on a line each; blank lines and repetitions do not count', () => {
    expect(keysOf(`  ${KEY_TEXT}`, '', KEY_TEXT, 'x'.repeat(32)).map(({ id }) => id)).toHaveLength(2);
  });
  test.each([
    ['', 'it holds no key'],
    ['\n\n', 'it holds no key'],
    [`${KEY_TEXT}\nshort`, 'line 2 is shorter than 32 characters'],
  ])('%j: %s', (text, why) => {
    const parsed = parseKeys(text);
    expect(parsed).toMatchObject({ kind: 'malformed', why: expect.stringContaining(why) });
    expect(JSON.stringify(parsed)).not.toContain('short"');
  });
});

test('the id of a key is the same in every release, and differs for another key', () => {
  expect(KEY.id).toBe('1964cb0c');
  expect(OTHER_KEY.id).toMatch(/^[0-9a-f]{8}$/);
  expect(OTHER_KEY.id).not.toBe(KEY.id);
});
