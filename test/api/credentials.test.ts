import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-credentials-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kubeconfig(name: string, cluster: object, user: object = {}): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
const proxyOf = async (cluster: object, env: NodeJS.ProcessEnv = {}) =>
  (await credentialSource(loadKubeConfig(kubeconfig('proxied', cluster), env)).current()).proxy;

test('proxy-url takes precedence over the environment, and NO_PROXY does not affect it', async () => {
  const env = { HTTPS_PROXY: 'http://of-env:3128' };
  const cluster = { 'proxy-url': 'socks5://of-config:1080' };
  expect(await proxyOf({}, env)).toBe('http://of-env:3128');
  expect(await proxyOf({}, { ...env, NO_PROXY: '.example' })).toBeUndefined();
  expect(await proxyOf(cluster, env)).toBe('socks5://of-config:1080');
  expect(await proxyOf(cluster, { NO_PROXY: '*' })).toBe('socks5://of-config:1080');
});

test('an invalid proxy-url is refused, and not quoted', () => {
  const path = kubeconfig('wrong', { 'proxy-url': 'ftp://u:secret@proxy' });
  expect(() => loadKubeConfig(path, {})).toThrow(
    `cannot use ${path}: the URL of the proxy is not http://, https:// or socks5://. Name a kubeconfig file`,
  );
});

test('tls-server-name is read from the kubeconfig', async () => {
  const path = kubeconfig('named', { 'tls-server-name': 'kubernetes' });
  const { server, tls } = await credentialSource(loadKubeConfig(path, {})).current();
  expect({ server, tls }).toMatchObject({
    server: 'https://api.example:6443',
    tls: { servername: 'kubernetes' },
  });
});

test('the tokenFile of the kubeconfig in the home directory is relative to that file', async () => {
  writeFileSync(join(folder, 'token'), 'of-a-file');
  kubeconfig('.kube/config', {}, { tokenFile: '../token' });
  vi.stubEnv('HOME', folder).stubEnv('KUBECONFIG', '');
  try {
    const { headers } = await credentialSource(loadKubeConfig(undefined, {})).current();
    expect(headers).toEqual({ authorization: 'Bearer of-a-file' });
  } finally {
    vi.unstubAllEnvs();
  }
});
