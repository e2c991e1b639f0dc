import { expect, test } from 'vitest';
import { quoted, shellWord } from '../../../src/kubectl/printing/shell.ts';

test('a word is quoted where it must be', () => {
  expect(shellWord('arn:aws:eks:eu-1:1:cluster/prod')).toBe('arn:aws:eks:eu-1:1:cluster/prod');
  expect(shellWord('a b')).toBe("'a b'");
  expect(shellWord('$(id)')).toBe("'$(id)'");
  expect(shellWord('')).toBe("''");
  expect(quoted("it's")).toBe("'it'\\''s'");
});
