import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HashFormat, v1 } from '../../src/digest/format.ts';
import type { SourceContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { KEY, OTHER_KEY } from '../kit/secret-keys.ts';

const db: Usage = { kind: 'secret', name: 'db', data: [], binaryData: 'all', except: [], required: true };
const content = (values: Record<string, string>): SourceContent => ({
  data: {},
  binaryData: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
});
const digest = (values: Record<string, string>, namespace = 'shop', usage = db, of = KEY) =>
  v1(of).sourceDigest(namespace, usage, content(values));

const app: Usage = { ...db, kind: 'configmap', name: 'app', data: 'all' };
const keyed = (values: Record<string, string>, namespace = 'shop', usage = app, of = KEY) =>
  v1(of, 'keyed').sourceDigest(namespace, usage, { data: values, binaryData: {} });

describe('the keyed digest of a ConfigMap', () => {
  test('is the same in every release of format v1', () => {
    expect(keyed({ a: '1' })).toMatchInlineSnapshot(
      `"1964cb0c-b5c390a053720661b90beeb0eec4d0d4a7e9e24b3ec21b9017477d6c8ef996b9"`,
    );
  });

  test('differs by value, key, field, name, namespace and the installation’s key', () => {
    const digests = [
      keyed({ a: '1' }),
      keyed({ a: '2' }),
      keyed({ b: '1' }),
      v1(KEY, 'keyed').sourceDigest('shop', app, content({ a: '1' })),
      keyed({ a: '1' }, 'other'),
      keyed({ a: '1' }, 'shop', { ...app, name: 'app2' }),
      keyed({ a: '1' }, 'shop', app, OTHER_KEY),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('is neither the plain one, nor that of a Secret with the same name and content', () => {
    const plain = v1(KEY).sourceDigest('shop', app, { data: { a: '1' }, binaryData: {} });
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(keyed({ a: '1' })).not.toContain(plain.slice(0, 16));
    const as = (kind: 'configmap' | 'secret') =>
      v1(KEY, 'keyed').sourceDigest('shop', { ...db, kind, name: 'app' }, content({ a: '1' }));
    expect(as('configmap')).not.toBe(as('secret'));
  });

  test('is the same with every key if the ConfigMap is missing', () => {
    expect(v1(KEY, 'keyed').sourceDigest('shop', app, undefined)).toBe('absent');
  });
});

describe('the digest of a Secret', () => {
  test('is the same however ConfigMaps are digested', () => {
    const digestIn = (format: HashFormat) => format.sourceDigest('shop', db, content({ password: 'one' }));
    expect(digestIn(v1(KEY, 'keyed'))).toBe(digestIn(v1(KEY)));
  });

  test('is the same in every release of format v1', () => {
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
      digest({ password: 'one' }, 'shop', db, OTHER_KEY),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('is equal for two Secrets exactly if their content is equal', () => {
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

  test('is the same with every key if the Secret is missing', () => {
    expect(v1(KEY).sourceDigest('shop', db, undefined)).toBe('absent');
    expect(v1(OTHER_KEY).sourceDigest('shop', db, undefined)).toBe('absent');
  });
});
