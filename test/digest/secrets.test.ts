import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configState, formatOf, formatsWith, keyIdOf, v1 } from '../../src/digest/format.ts';
import { parseKeys, type SecretKey } from '../../src/digest/secret-keys.ts';
import type { SourceContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';

const TEXT = 'a key of the installation, and not a short one';
const keysOf = (...lines: readonly string[]): readonly SecretKey[] => {
  const parsed = parseKeys(lines.join('\n'));
  if (parsed.kind === 'malformed') throw new Error(parsed.why);
  return parsed.keys;
};
const [key] = keysOf(TEXT);
const [other] = keysOf('another key, made when the first was replaced');

const db: Usage = { kind: 'secret', name: 'db', data: [], binaryData: 'all', except: [], required: true };
const content = (values: Record<string, string>): SourceContent => ({
  data: {},
  binaryData: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
});
const digest = (values: Record<string, string>, namespace = 'shop', usage = db, of = key) =>
  v1(of).sourceDigest(namespace, usage, content(values));

describe('the digest of a Secret', () => {
  test('stays what it was in every release of format v1', () => {
    expect(digest({ password: 'one' })).toMatchInlineSnapshot(
      `"1964cb0c-5d1e8e9c9dbc6a322a016c37a84f6139e5250e5d9ee3f1bf6d24236113b9827b"`,
    );
  });

  test('differs by value, key, name, namespace and the installation’s key', () => {
    const digests = [
      digest({ password: 'one' }),
      digest({ password: 'two' }),
      digest({ passwore: 'one' }),
      digest({ password: 'one' }, 'other'),
      digest({ password: 'one' }, 'shop', { ...db, name: 'db2' }),
      digest({ password: 'one' }, 'shop', db, other),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('is equal for two Secrets exactly if they hold the same', () => {
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.string({ maxLength: 4 }));
    const sorted = (of: Record<string, string>) => JSON.stringify(Object.entries(of).sort());
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(digest(a) === digest(b)).toBe(sorted(a) === sorted(b));
      }),
    );
  });

  test('is neither the value’s plain SHA-256 nor that of its canonical form', () => {
    const plain = v1().sourceDigest('shop', { ...db, kind: 'configmap' }, content({ password: 'one' }));
    expect(digest({ password: 'one' })).not.toContain(plain.slice(0, 16));
    expect(digest({ password: 'one' })).not.toContain(
      createHash('sha256').update('one').digest('hex').slice(0, 16),
    );
  });

  test('of a Secret that is not there is the same with every key', () => {
    expect(v1(key).sourceDigest('shop', db, undefined)).toBe('absent');
    expect(v1(other).sourceDigest('shop', db, undefined)).toBe('absent');
  });
});

describe('a key that does not count', () => {
  const usage: Usage = { ...db, kind: 'configmap', data: 'all', except: ['log.*', 'x'] };
  const of = (data: Record<string, string>) => v1().sourceDigest('shop', usage, { data, binaryData: {} });
  test('changes nothing, whether it is there or not; every other does', () => {
    expect(of({ a: '1', 'log.level': 'debug', x: '1' })).toBe(of({ a: '1' }));
    expect(of({ a: '1', log: '1' })).not.toBe(of({ a: '1' }));
  });
});

describe('keys', () => {
  test('stand one a line; blank lines and repetitions do not count', () => {
    expect(keysOf(`  ${TEXT}`, '', TEXT, 'x'.repeat(32)).map(({ id }) => id)).toHaveLength(2);
  });
  test.each([
    ['', 'it holds no key'],
    ['\n\n', 'it holds no key'],
    [`${TEXT}\nshort`, 'line 2 is shorter than 32 characters'],
  ])('%j: %s', (text, why) => {
    const parsed = parseKeys(text);
    expect(parsed).toMatchObject({ kind: 'malformed', why: expect.stringContaining(why) });
    expect(JSON.stringify(parsed)).not.toContain('short"');
  });
});

describe('a record is read in the format and with the key that it was made with', () => {
  const recordedWith = (of: SecretKey | undefined) =>
    configState(new Map([['secret/db', digest({ password: 'one' }, 'shop', db, of)]]), v1(of));
  const formats = formatsWith(keysOf('x'.repeat(40), TEXT));

  test('with the second key, with a lost one, and with none', () => {
    const found = formatOf(recordedWith(key), formats);
    expect(found.kind).toBe('known');
    expect('format' in found && found.format.keyId).toBe(key?.id);
    expect(formatOf(recordedWith(other), formats).kind).toBe('unknown-key');
    const plain = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
    expect(formatOf(plain, formats)).toEqual({ kind: 'known', format: formats.current });
  });

  test('short digests keep the id of their key', () => {
    expect(keyIdOf(recordedWith(key).sources['secret/db'] ?? '')).toBe(key?.id);
    expect(keyIdOf('absent')).toBeUndefined();
    expect(keyIdOf('0123456789abcdef')).toBeUndefined();
  });
});
