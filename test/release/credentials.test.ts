import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../release/bundle.ts';
import { kubeconfig, users } from '../kit/kubeconfigs.ts';

const SOURCE = fileURLToPath(new URL('../../src/api/credentials.ts', import.meta.url));

/** Prints the credentials that a module's functions find in kubeconfigs. */
const READ = `
  const [module, ...paths] = process.argv.slice(1);
  const { credentialSource, loadKubeConfig } = await import(module);
  const found = paths.map((path) => credentialSource(loadKubeConfig(path, {})).current());
  console.log(JSON.stringify(await Promise.all(found)));
`;

const folder = mkdtempSync(join(tmpdir(), 'lockstep-credentials-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const USERS = users(file('token', 'of-a-file\n'));
const found: Record<'source' | 'bundled', Record<string, unknown>> = { source: {}, bundled: {} };

function credentialsBy(module: string): Record<string, unknown> {
  const paths = Object.entries(USERS).map(([name, user]) => file(`${name}.json`, kubeconfig(user)));
  const args = ['--input-type=module', '-e', READ, module, ...paths];
  const all: unknown[] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  return Object.fromEntries(Object.keys(USERS).map((name, i) => [name, all[i]]));
}

beforeAll(async () => {
  await bundle(join(folder, 'dist'), SOURCE);
  found.source = credentialsBy(SOURCE);
  found.bundled = credentialsBy(join(folder, 'dist/credentials.js'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['nobody', undefined],
  ['token', 'Bearer plain'],
  ['token file', 'Bearer of-a-file'],
  ['password', `Basic ${Buffer.from('u:p').toString('base64')}`],
  ['certificate', undefined],
  ['plugin', 'Bearer of-a-plugin'],
  ['OpenID Connect', expect.stringMatching(/^Bearer ey/)],
])('the bundle finds the same credentials as the source: %s', (name, authorization) => {
  expect(found.bundled[name]).toEqual(found.source[name]);
  expect(found.bundled[name]).toMatchObject({
    server: 'https://127.0.0.1:1',
    tls: expect.objectContaining({ servername: 'kubernetes' }),
    headers: authorization === undefined ? {} : { authorization },
  });
});
