import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, isSameJson, templateDigest } from '../../src/digest/canonical.ts';

const key = fc.oneof(
  fc.stringMatching(/^[-._a-zA-Z0-9]{1,8}$/),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
);

test('canonical JSON is the same for objects that differ only in the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).toReversed());
      expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
    }),
  );
});

test('the digest of a template does not depend on the order of its keys, and differs for another template', () => {
  const [one, two] = [
    { name: 'web', image: 'web:1' },
    { image: 'web:1', name: 'web' },
  ];
  const digest = templateDigest({ spec: { containers: [one] } });
  expect(digest).toMatch(/^[0-9a-f]{16}$/);
  expect(templateDigest({ spec: { containers: [two] } })).toBe(digest);
  expect(templateDigest({ spec: { containers: [{ ...one, image: 'web:2' }] } })).not.toBe(digest);
});

test('two values are the same if their canonical JSON is', () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(
      fc.dictionary(key, value),
      fc.dictionary(key, value),
      key,
      value,
      (one, two, name, changed) => {
        const pairs = [
          [one, two],
          [one, { ...one, [name]: changed }],
          [one, Object.fromEntries(Object.entries(one).toReversed())],
          [[one], { 0: one }],
        ] as const;
        for (const [a, b] of pairs) expect(isSameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      },
    ),
  );
});
