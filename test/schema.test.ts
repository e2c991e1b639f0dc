import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { PodReview, TemplateReview } from '../src/admission/review.ts';
import { apart, compile, maybe } from '../src/schema.ts';
import { CREATE } from './kit/review-requests.ts';

const Inner = apart(Type.Object({ name: Type.String() }));
const Outer = apart(Type.Object({ inner: maybe(Inner), many: Type.Array(Inner) }));

describe('a schema with parts', () => {
  const { check, errors } = compile(Type.Object({ a: Outer, b: maybe(Outer) }));
  const outer = { inner: { name: 'x' }, many: [{ name: 'y' }] };

  test('takes what fits, and keeps unknown fields', () => {
    expect(check({ a: { ...outer, inner: null, more: 1 }, b: outer })).toBe(true);
  });

  test.each([
    [{ a: { ...outer, inner: { name: 1 } } }, '/a/inner/name'],
    [{ a: outer, b: { many: [{ name: 'y' }, { name: false }] } }, '/b/many/1/name'],
    [{ a: { many: {} } }, '/a/many'],
  ])('says where in a part something does not fit: %j', (value, at) => {
    expect(check(value)).toBe(false);
    expect(errors(value).map(({ instancePath }) => instancePath)).toContain(at);
  });
});

/** Every place in a value, as a path. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function withAt(value: unknown, [key, ...rest]: readonly string[], changed: unknown): unknown {
  if (key === undefined) return changed;
  const copy = Array.isArray(value) ? [...value] : { ...Object(value) };
  copy[key] = withAt(copy[key], rest, changed);
  return copy;
}

test('parts and the whole agree on every review', () => {
  const { object } = Object(CREATE.request);
  const request = { ...CREATE.request, oldObject: object, options: { fieldManager: 'x' } };
  const review = { ...CREATE, request };
  const checkers = [TemplateReview, PodReview].map((schema) => compile(schema));
  const changes = fc.array(fc.tuple(fc.constantFrom(...placesIn(review)), fc.jsonValue({ maxDepth: 2 })), {
    maxLength: 3,
  });
  fc.assert(
    fc.property(changes, (some) => {
      const value = some.reduce<unknown>((all, [path, changed]) => withAt(all, path, changed), review);
      for (const { check, errors } of checkers) expect(check(value)).toBe(errors(value).length === 0);
    }),
    { numRuns: 500 },
  );
});
