import { expect, test } from 'vitest';
import { ignoreAnnotation } from '../../src/marks/ignore.ts';

test.each([
  ['true', true, undefined],
  ['false', false, undefined],
  ['', false, ''],
  ['True', false, 'True'],
])('a source that says %j of itself: ignored is %s, malformed is %j', (value, ignored, malformed) => {
  expect(ignoreAnnotation({ 'lockstep.dev/ignore': value })).toEqual({ ignored, malformed });
});

test('a source that says nothing counts', () => {
  for (const annotations of [undefined, null, {}, { ignore: 'true' }])
    expect(ignoreAnnotation(annotations)).toEqual({ ignored: false, malformed: undefined });
});
