import { expect, test } from 'vitest';
import { isDnsLabel, isDnsSubdomain } from '../src/dns-names.ts';

test.each([
  ['app', true, true],
  ['app.example.com', true, false],
  ['a'.repeat(63), true, true],
  ['a'.repeat(64), true, false],
  ['a'.repeat(254), false, false],
  ['0-9', true, true],
  ['-a', false, false],
  ['a-', false, false],
  ['a.', false, false],
  ['App', false, false],
  ['a_b', false, false],
  ['', false, false],
])('%s', (name, subdomain, label) => {
  expect(isDnsSubdomain(name)).toBe(subdomain);
  expect(isDnsLabel(name)).toBe(label);
});
