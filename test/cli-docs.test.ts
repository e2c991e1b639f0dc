import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliMarkdown } from '../release/cli-markdown.ts';

test('docs/cli.md is what `npm run cli-docs` makes of the options today', () => {
  expect(readFileSync(new URL('../docs/cli.md', import.meta.url), 'utf8')).toBe(cliMarkdown());
});
