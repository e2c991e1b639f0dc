import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';

const V1 = 'client.authentication.k8s.io/v1';
const AHEAD = '2999-01-01T00:00:00Z';
let folder = '';
const file = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-exec-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A plugin that records how it was called, and prints the content of `answer`, a file that tests write. */
const PLUGIN = `#!${process.execPath}
const fs = require('node:fs');
const folder = ${JSON.stringify('FOLDER')};
const { KUBERNETES_EXEC_INFO: info, OF_PLUGIN: own, HOME: home } = process.env;
const call = { args: process.argv.slice(2), own, hasHome: home !== undefined, info: JSON.parse(info) };
fs.appendFileSync(folder + '/calls', JSON.stringify(call) + '\\n');
process.stdout.write(fs.readFileSync(folder + '/answer', 'utf8'));
process.exitCode = Number(process.env.FAILS ?? 0);
`;

const says = (status: object, apiVersion = V1) =>
  writeFileSync(file('answer'), JSON.stringify({ apiVersion, kind: 'ExecCredential', status }));
const calls = (): { args: string[]; own: string; hasHome: boolean; info: { spec: object } }[] =>
  existsSync(file('calls'))
    ? readFileSync(file('calls'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

function kubeconfigWith(exec: object, cluster: object = {}): string {
  mkdirSync(file('bin'), { recursive: true });
  writeFileSync(file('bin/plugin'), PLUGIN.replace('FOLDER', folder));
  chmodSync(file('bin/plugin'), 0o755);
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', ...cluster } }],
    users: [{ name: 'u', user: { exec: { apiVersion: V1, command: './bin/plugin', ...exec } } }],
  };
  writeFileSync(file('config'), JSON.stringify(config));
  return file('config');
}
const sourceWith = (exec: object = {}, cluster: object = {}) =>
  credentialSource(loadKubeConfig(kubeconfigWith(exec, cluster), {}));
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('it gets its arguments, its environment on top of lockstep’s, and the variables that kubectl sets', async () => {
  says({ token: 't' });
  const env = [{ name: 'OF_PLUGIN', value: 'yes' }];
  const { headers } = await sourceWith({ args: ['get', 'token'], env }).current();
  expect(headers).toEqual(bearer('t'));
  const info = { apiVersion: V1, kind: 'ExecCredential', spec: { interactive: false } };
  expect(calls()).toEqual([{ args: ['get', 'token'], own: 'yes', hasHome: true, info }]);
});

test('it gets the cluster if it asks for it: fields, the authority from a file, its own extension', async () => {
  says({ token: 't' });
  writeFileSync(file('ca.crt'), 'authority');
  const cluster = {
    'certificate-authority': 'ca.crt',
    'tls-server-name': 'kubernetes',
    extensions: [
      { name: 'other', extension: 1 },
      { name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } },
    ],
  };
  await sourceWith({ provideClusterInfo: true }, cluster).current();
  expect(calls()[0]?.info.spec).toEqual({
    interactive: false,
    cluster: {
      server: 'https://127.0.0.1:1',
      'tls-server-name': 'kubernetes',
      'certificate-authority-data': Buffer.from('authority').toString('base64'),
      config: { audience: 'a' },
    },
  });
});

test('a command without a path is looked up on PATH', async () => {
  says({ token: 't' });
  const path = kubeconfigWith({ command: 'plugin' });
  vi.stubEnv('PATH', `${file('bin')}${delimiter}${process.env['PATH']}`);
  try {
    expect((await credentialSource(loadKubeConfig(path, {})).current()).headers).toEqual(bearer('t'));
  } finally {
    vi.unstubAllEnvs();
  }
});

test('it runs again only after its credential expires', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  says({ token: 'first', expirationTimestamp: new Date(Date.now() + 300_000).toISOString() });
  const source = sourceWith();
  const first = await source.current();
  vi.advanceTimersByTime(299_000);
  says({ token: 'second', expirationTimestamp: AHEAD });
  expect(await source.current()).toBe(first);
  vi.advanceTimersByTime(1_000);
  expect((await source.current()).headers).toEqual(bearer('second'));
  expect(calls()).toHaveLength(2);
});

test('it runs again after the API server has refused its credential', async () => {
  says({ token: 'first', expirationTimestamp: AHEAD });
  const source = sourceWith();
  const rejected = await source.current();
  says({ token: 'second' });
  source.refresh(rejected);
  expect((await source.current()).headers).toEqual(bearer('second'));
  // A credential that never expires is valid until then.
  expect((await source.current()).headers).toEqual(bearer('second'));
  expect(calls()).toHaveLength(2);
});

test('it runs once for many calls that the API server refuses, however late it refuses them', async () => {
  says({ token: 'first', expirationTimestamp: AHEAD });
  const source = sourceWith();
  const rejected = await source.current();
  says({ token: 'second' });
  for (let call = 0; call < 3; call += 1) {
    source.refresh(rejected);
    expect((await source.current()).headers).toEqual(bearer('second'));
  }
  expect(calls()).toHaveLength(2);
});

test('its credential expires by the clock that is given', async () => {
  says({ token: 'first', expirationTimestamp: new Date(Date.now() + 300_000).toISOString() });
  let aheadMs = 0;
  const source = credentialSource(loadKubeConfig(kubeconfigWith({}), {}), {
    now: () => Date.now() + aheadMs,
  });
  const first = await source.current();
  expect(await source.current()).toBe(first);
  aheadMs = 300_000;
  says({ token: 'second', expirationTimestamp: AHEAD });
  expect((await source.current()).headers).toEqual(bearer('second'));
});

test('a certificate instead of a token takes precedence over that of the kubeconfig', async () => {
  says({ clientCertificateData: 'CERT', clientKeyData: 'KEY' });
  expect(await sourceWith().current()).toMatchObject({ headers: {}, tls: { cert: 'CERT', key: 'KEY' } });
});

test.each([
  [
    'another version',
    { token: 'secret' },
    'client.authentication.k8s.io/v1beta1',
    'printed no ExecCredential of',
  ],
  ['nothing', {}, V1, 'gave neither token nor certificate'],
  [
    'half a pair',
    { token: 'secret', clientKeyData: 'secret' },
    V1,
    'gave a certificate without its key, or a key alone',
  ],
])('unusable output is an error: %s', async (_name, status, version, message) => {
  says(status, version);
  await expect(sourceWith().current()).rejects.toMatchObject({
    code: 'KUBECONFIG_INVALID',
    message: expect.stringMatching(`^the exec plugin ./bin/plugin ${message}(?!.*secret)`),
  });
});

test('it is an error if it fails, prints no JSON, or is not installed', async () => {
  writeFileSync(file('answer'), 'secret');
  await expect(sourceWith().current()).rejects.toThrow('the exec plugin ./bin/plugin printed no JSON');
  const env = [{ name: 'FAILS', value: '3' }];
  await expect(sourceWith({ env }).current()).rejects.toThrow(
    `the exec plugin ${file('bin/plugin')} ended with 3`,
  );
  await expect(sourceWith({ command: 'nowhere', installHint: 'get it' }).current()).rejects.toThrow(
    'the exec plugin nowhere cannot be run (ENOENT): get it',
  );
});

test('one that needs a terminal does not run without one', async () => {
  says({ token: 't' });
  await expect(sourceWith({ interactiveMode: 'Always' }).current()).rejects.toThrow('needs a terminal');
  expect(calls()).toEqual([]);
});

test.each([
  ['Never', false],
  ['IfAvailable', true],
  ['Always', true],
])('with a terminal and interactiveMode %s it may ask the user: %s', (interactiveMode, interactive) => {
  says({ token: 't' });
  const path = kubeconfigWith({ interactiveMode });
  const module = fileURLToPath(new URL('../../src/api/credentials.ts', import.meta.url));
  const program = `
    const { credentialSource, loadKubeConfig } = await import(${JSON.stringify(module)});
    await credentialSource(loadKubeConfig(${JSON.stringify(path)}, {})).current();`;
  writeFileSync(file('program.mjs'), program);
  // util-linux's `script` runs a program on a terminal of its own.
  const line = `"${process.execPath}" "${file('program.mjs')}"`;
  const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { encoding: 'utf8' });
  expect({ status, stdout }).toMatchObject({ status: 0 });
  expect(calls()[0]?.info.spec).toEqual({ interactive });
});

test('a kubeconfig with an invalid plugin is refused at once', () => {
  const load = (exec: object) => () => loadKubeConfig(kubeconfigWith(exec), {});
  const message =
    'the exec plugin of its user needs a command and apiVersion client.authentication.k8s.io/v1';
  expect(load({ apiVersion: 'client.authentication.k8s.io/v1alpha1' })).toThrow(message);
  expect(load({ command: '' })).toThrow(message);
});
