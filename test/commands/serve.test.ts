import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const files = ['--tls-cert-file', '/nowhere/tls.crt', '--tls-private-key-file', '/nowhere/tls.key'];

const serve = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [MAIN, 'serve', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

test.each([
  ['a missing flag', [], {}, '--tls-cert-file'],
  [
    'a port',
    [...files, '--port', 'many'],
    {},
    "option '--port <number>' argument 'many' is invalid. A port is a whole number",
  ],
  [
    'a deadline',
    [...files, '--deadline', '5'],
    {},
    "'--deadline <duration>' argument '5' is invalid. A deadline is a duration",
  ],
  ['a choice', [...files, '--ceiling', 'yes'], {}, '--ceiling'],
  ['an environment variable', files, { LOCKSTEP_PORT: '99999' }, "from env 'LOCKSTEP_PORT'"],
  ['a file', files, {}, '--tls-cert-file: cannot read /nowhere/tls.crt'],
] as const)('what is wrong is named: %s', (_name, args, env, message) => {
  const { status, stderr } = serve(args, env);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});
