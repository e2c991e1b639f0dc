import { describe, expect, test } from 'vitest';
import {
  configState,
  formatOf,
  formatOfDigest,
  formatsWith,
  keyIdOf,
  shortDigest,
  v1,
} from '../../src/digest/format.ts';
import type { SecretKey } from '../../src/digest/secret-keys.ts';
import type { Usage } from '../../src/references/usage.ts';
import { KEY, KEY_TEXT, keysOf, OTHER_KEY } from '../kit/secret-keys.ts';

const db: Usage = { kind: 'secret', name: 'db', data: [], binaryData: 'all', except: [], required: true };

describe('the config hash', () => {
  test('does not depend on the order of the sources', () => {
    const a = configState(
      new Map([
        ['configmap/a', '11'],
        ['configmap/b', '22'],
      ]),
      v1(),
    );
    const b = configState(
      new Map([
        ['configmap/b', '22'],
        ['configmap/a', '11'],
      ]),
      v1(),
    );
    expect(a).toEqual(b);
    expect(a.hash).toMatch(/^v1-[0-9a-f]{64}$/);
  });

  test('is parsed with its format, or reported as unknown or malformed', () => {
    const digits = '0'.repeat(64);
    const kind = (hash: string) => formatOf({ hash, sources: {} }, formatsWith()).kind;
    expect(kind(`v1-${digits}`)).toBe('known');
    expect(kind(`v2-${digits}`)).toBe('unknown-version');
    for (const text of ['', 'v1-', 'v1-xyz', digits, 'latest']) expect(kind(text)).toBe('malformed');
  });

  test('is the same in every release of format v1', () => {
    expect(configState(new Map([['configmap/app', 'absent']]), v1()).hash).toMatchInlineSnapshot(
      `"v1-cb561cbe037f6dc0d6da117704cac9d97c20afe8e86ba3aa85036fa5a3fc0072"`,
    );
  });
});

describe('a record is read in the format and with the key that it was made with', () => {
  const recordedWith = (of: SecretKey | undefined) =>
    configState(
      new Map([
        ['secret/db', v1(of).sourceDigest('shop', db, { data: {}, binaryData: { password: 'b25l' } })],
      ]),
      v1(of),
    );
  const formats = formatsWith(keysOf('x'.repeat(40), KEY_TEXT));

  test('even with the second key, a lost key, and no key', () => {
    const found = formatOf(recordedWith(KEY), formats);
    expect(found.kind).toBe('known');
    expect('format' in found && found.format.keyId).toBe(KEY.id);
    expect(formatOf(recordedWith(OTHER_KEY), formats).kind).toBe('unknown-key');
    const plain = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
    expect(formatOf(plain, formats)).toEqual({ kind: 'known', format: formats.current });
  });

  test('short digests keep the id of their key', () => {
    expect(keyIdOf(recordedWith(KEY).sources['secret/db'] ?? '')).toBe(KEY.id);
    expect(keyIdOf('absent')).toBeUndefined();
    expect(keyIdOf('0123456789abcdef')).toBeUndefined();
  });
});

test('a format without a key digests no Secret', () => {
  expect(() => v1().sourceDigest('shop', db, { data: {}, binaryData: {} })).toThrow('without a key');
});

test('the format of a digest is the one with its key, if the key is known', () => {
  const formats = formatsWith([KEY, OTHER_KEY]);
  const digestWith = (key: SecretKey) => v1(key).sourceDigest('shop', db, { data: {}, binaryData: {} });
  expect(formatOfDigest('secret', digestWith(OTHER_KEY), formats)?.keyId).toBe(OTHER_KEY.id);
  expect(formatOfDigest('secret', shortDigest(digestWith(KEY)), formats)).toBe(formats.current);
  expect(formatOfDigest('configmap', 'a'.repeat(64), formats)).toBe(formats.current);
  expect(formatOfDigest('secret', digestWith(OTHER_KEY), formatsWith([KEY]))).toBeUndefined();
  expect(formatOfDigest('secret', 'a'.repeat(64), formats)).toBeUndefined();
});

test('a short digest has 16 digits after the id of its key, or says that the source is absent', () => {
  expect(shortDigest('0123456789abcdef'.repeat(4))).toBe('0123456789abcdef');
  expect(shortDigest(`89abcdef-${'0123456789abcdef'.repeat(4)}`)).toBe('89abcdef-0123456789abcdef');
  expect(shortDigest('absent')).toBe('absent');
});
