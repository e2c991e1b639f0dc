import { expect, test } from 'vitest';
import { listOf, toWarningLine, truncate } from '../../src/policy/wording.ts';

test('a long name is cut visibly', () => {
  expect(truncate('configmap/app')).toBe('configmap/app');
  const cut = truncate(`configmap/${'n'.repeat(253)}`);
  expect(cut).toHaveLength(40);
  expect(cut).toMatch(/^configmap\/n+…$/);
});

test('of many names, the first is shown with the number of the others', () => {
  expect(listOf([])).toBe('its configuration');
  expect(listOf(['a'])).toBe('a');
  expect(listOf(['a', 'b'])).toBe('a and b');
  expect(listOf(['a', 'b', 'c'])).toBe('a and 2 more');
});

test('a quoted sentence keeps its names whole if there is room for them', () => {
  const name = 'n'.repeat(100);
  expect(toWarningLine(`${name} is gone`)).toBe(`${name} is gone`);
  const tight = toWarningLine(`${name} is gone, and ${name} and ${name} are, too`);
  expect(tight).not.toContain(name);
  expect(tight).toContain('is gone, and');
});
