import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../src/errors.ts';
import { REFUSALS } from '../src/server/refusals.ts';

const docs = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md lists exactly the codes that there are', () => {
  const documented = [...docs.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(documented.toSorted()).toEqual([...ERROR_CODES].toSorted());
});

test('docs/errors.md lists exactly the answers that there are, with their statuses', () => {
  const documented = [...docs.matchAll(/^\| (\d{3}) \| `([A-Z_]+)` \|/gm)].map(([, status, code]) => [
    code,
    Number(status),
  ]);
  const known = Object.entries(REFUSALS).map(([code, [status]]) => [code, status]);
  expect(documented).toEqual(known);
});
