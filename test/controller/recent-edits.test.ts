import { expect, test } from 'vitest';
import { recentEdits } from '../../src/controller/recent-edits.ts';

const APP = 'shop/configmap/app';
const MORE = 'shop/configmap/more';

test('an edit counts as recent for as long as a review may take, and each edit anew', () => {
  let now = 0;
  const edits = recentEdits(() => now);
  expect(edits.hasAny([APP])).toBe(false);
  edits.note(APP);
  now = 50_000;
  expect(edits.hasAny([MORE, APP])).toBe(true);
  expect(edits.hasAny([MORE])).toBe(false);
  edits.note(APP);
  now = 100_000;
  expect(edits.hasAny([APP])).toBe(true);
  edits.note(MORE);
  now = 111_000;
  expect(edits.hasAny([APP])).toBe(false);
  expect(edits.hasAny([MORE])).toBe(true);
});
