import { expect, test } from 'vitest';
import { ignoreAnnotation } from '../../src/marks/ignore.ts';

test.each([
  ['true', true, undefined],
  ['false', false, undefined],
  ['', false, ''],
  ['True', false, 'True'],
])('a source annotated %j: ignored is %s, malformed is %j', (value, ignored, malformed) => {
  expect(ignoreAnnotation({ 'lockstep.dev/ignore': value })).toEqual({ ignored, malformed });
});

test('a source without the annotation counts', () => {
  for (const annotations of [undefined, null, {}, { ignore: 'true' }])
    expect(ignoreAnnotation(annotations)).toEqual({ ignored: false, malformed: undefined });
});

test('of a long malformed value only the beginning is kept', () => {
  const value = 'é'.repeat(200_000);
  expect(ignoreAnnotation({ 'lockstep.dev/ignore': value }).malformed).toBe('é'.repeat(100));
});
