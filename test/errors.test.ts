import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { optionError, reasonOf } from '../src/commands/settings.ts';
import { ERRORS, LockstepError } from '../src/errors.ts';
import { REFUSALS } from '../src/server/refusals.ts';
import { EVENTS } from '../src/telemetry/events.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const docs = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md lists exactly the codes of lockstep, with their meanings', () => {
  const documented = [...docs.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, code, means]) => [
    code,
    means,
  ]);
  expect(documented).toEqual(Object.entries(ERRORS));
});

test('docs/errors.md lists exactly the answers of lockstep, with their statuses', () => {
  const documented = [...docs.matchAll(/^\| (\d{3}) \| `([A-Z_]+)` \|/gm)].map(([, status, code]) => [
    code,
    Number(status),
  ]);
  const known = Object.entries(REFUSALS).map(([code, [status]]) => [code, status]);
  expect(documented).toEqual(known);
});

test('docs/errors.md lists exactly the events of lockstep, with their types and meanings', () => {
  const rows = docs.matchAll(/^\| (Normal|Warning) \| `(\w+)` \| (.*?) \|/gm);
  const documented = [...rows].map(([, type, reason, means]) => [reason, { type, means }]);
  const known = Object.entries(EVENTS).map(([reason, { type, means }]) => [reason, { type, means }]);
  expect(documented).toEqual(known);
});

test('every error of lockstep is in the errors.ts of its room', () => {
  const making = globSync('**/*.ts', { cwd: SRC }).filter((file) =>
    readFileSync(`${SRC}/${file}`, 'utf8').includes('new LockstepError('),
  );
  expect(making.filter((file) => !/(^|\/)errors\.ts$/.test(file))).toEqual([]);
});

test('an error about a setting names the option, and keeps its code and cause', () => {
  const cause = new LockstepError('CERTIFICATE_INVALID', 'cannot read x', { setting: 'keyFile' });
  expect(reasonOf(cause)).toBe('--tls-private-key-file: cannot read x');
  expect(optionError(cause)).toMatchObject({
    code: 'CERTIFICATE_INVALID',
    message: '--tls-private-key-file: cannot read x',
    setting: undefined,
    cause,
  });
  const other = new LockstepError('API_REFUSED', 'the API server answered 403');
  expect(reasonOf(other)).toBe('the API server answered 403');
  expect(optionError(other)).toBe(other);
  expect(optionError('thrown')).toBe('thrown');
});
