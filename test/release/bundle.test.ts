import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { startProgram } from '../../lab/lockstep/program.ts';
import { bundle } from '../../release/bundle.ts';
import { OLDEST_NODE } from '../../src/version.ts';
import { kubeconfig } from '../kit/kubeconfigs.ts';
import { olderNodes, pretendedNode } from '../kit/older-node.ts';
import { exchange } from '../kit/raw-http.ts';
import { http, UPDATE } from '../kit/review-requests.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockstep-bundle-'));
const dist = join(folder, 'dist');
const main = join(dist, 'main.js');
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  // As in the image: only package.json beside it, and no node_modules in any folder above.
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await bundle(dist);
});
afterAll(() => rmSync(folder, { recursive: true }));

const lockstep = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
const kubectlLockstep = (...args: string[]) =>
  spawnSync(process.execPath, [join(dist, 'kubectl.js'), ...args], { cwd: folder, encoding: 'utf8' });
const scripts = () => readdirSync(dist).filter((name) => name.endsWith('.js'));

test('it works alone: version, and help of each command', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(lockstep('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(lockstep('serve', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--port') });
  expect(lockstep('inject', '--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('--diff'),
  });
});

test('so does the command for people: version, help, and an error without a cluster', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(kubectlLockstep('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(kubectlLockstep('status', '--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('--drifted'),
  });
  // It loads the transport, which takes most of the bundle.
  expect(kubectlLockstep('status', '--kubeconfig', join(folder, 'absent'))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error: cannot use'),
  });
});

test('package.json names both programs, and each says in its first line that Node runs it', () => {
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(bin).toEqual({ lockstep: 'dist/main.js', 'kubectl-lockstep': 'dist/kubectl.js' });
  for (const path of Object.values<string>(bin))
    expect(readFileSync(join(folder, path), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test.each([pretendedNode('v20.0.0'), pretendedNode(`v${OLDEST_NODE - 1}.99.0`), ...olderNodes()])(
  'on a Node that is too old it says which version it needs: $version ($program)',
  ({ version, program, args }) => {
    for (const command of [['--version'], ['inject', '--help'], ['serve']]) {
      const { status, stdout, stderr } = spawnSync(program, [...args, main, ...command], {
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toBe(
        `error: lockstep needs Node ${OLDEST_NODE} or newer, and this is Node ${version.slice(1)}\n`,
      );
    }
  },
);

test('the source does so, too, on older versions that read TypeScript', () => {
  const { args } = pretendedNode('v24.0.0');
  const source = join(ROOT, 'src/main.ts');
  const { status, stderr } = spawnSync(process.execPath, [...args, source, '--version'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `error: lockstep needs Node ${OLDEST_NODE} or newer, and this is Node 24.0.0\n`,
  });
});

test('the check of the Node version is in a file of its own, which older versions can read', () => {
  for (const name of ['main.js', 'kubectl.js', 'version.js']) {
    const text = readFileSync(join(dist, name), 'utf8').replace(/^#!.*/, '');
    // No import before its check but that of the version, and only syntax that Node has read since it supports modules (12).
    const others = text.replace(/^\s*import\{[^}]*\}from"\.\/version\.js";/, '');
    expect(others).not.toMatch(/\bimport\b(?!\()|\?\.|\?\?|\bawait\b|#\w|\|\|=|&&=/);
  }
});

test('it injects the same as the source', () => {
  const args = ['inject', '-f', join(ROOT, 'test/fixtures/manifests')];
  const source = spawnSync(process.execPath, [join(ROOT, 'src/main.ts'), ...args], { encoding: 'utf8' });
  expect(source.stdout).toContain('lockstep.dev/config-hash');
  expect(lockstep(...args)).toMatchObject({ status: 0, stdout: source.stdout });
});

test('it serves: it answers a review, refuses an invalid one by its field, and ends on SIGTERM', async () => {
  const notAfter = new Date(Date.now() + 3_600_000);
  const { cert, key } = await issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter });
  const flags = [
    ...['--port', '0', '--deadline', '25ms', '--kubeconfig', file('kubeconfig', kubeconfig({}))],
    ...['--tls-cert-file', file('tls.crt', cert), '--tls-private-key-file', file('tls.key', key)],
  ];
  const program = await startProgram(flags, main);
  const answer = await exchange(program.port, http(JSON.stringify(UPDATE)));
  expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"allowed":true') });
  const refused = await exchange(program.port, http('{"apiVersion":"v1"}'));
  expect(refused).toMatchObject({ status: 400, body: expect.stringContaining('REVIEW_UNSUPPORTED') });
  expect(await program.stop()).toBe(0);
});

/** The names of client-node's generated files. Each has one class of the same name. */
const generated = () =>
  new Set(
    globSync('node_modules/@kubernetes/client-node/dist/gen/{models,apis}/*.js', { cwd: ROOT })
      .map((path) => basename(path, '.js'))
      // Generated, but not part of the API: the client's own structure.
      .filter((name) => /^(V\d|[A-Z]\w*Api$)/.test(name)),
  );

test('it contains no class of the Kubernetes API: they took half a second and 80 MiB of each start', () => {
  const names = generated();
  expect(names.size).toBeGreaterThan(700);
  const classes = scripts().flatMap((name) =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/\bclass (\w+)|\b(\w+)=class\b/g)].flatMap(
      ([, declared, assigned]) => declared ?? assigned ?? [],
    ),
  );
  // The bundle keeps the names of classes. Otherwise this would find nothing.
  expect(classes).toContain('KubeConfig');
  expect(classes.filter((name) => names.has(name))).toEqual([]);
});

test('it stays small: both programs have 3.8 MiB at the time of writing, while client-node alone has 24 MiB', () => {
  const bytes = scripts().reduce((sum, name) => sum + readFileSync(join(dist, name)).length, 0);
  expect(bytes).toBeLessThan(4.5 * 1024 * 1024);
});

test('licences and SBOM name exactly its content', () => {
  const licences = readFileSync(join(dist, 'THIRD-PARTY.txt'), 'utf8');
  const sbom = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8'));
  const listed: string[] = sbom.components.map((component: { 'bom-ref': string }) => component['bom-ref']);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    // Only types: nothing of it remains at run time.
    if (name === '@fastify/type-provider-typebox') continue;
    expect(listed.some((id) => id.startsWith(`${name}@`))).toBe(true);
  }
  for (const id of listed) expect(licences).toContain(`\n${id} (`);
  expect(licences.match(/^-{80}$/gm)).toHaveLength(listed.length);
  expect(listed.filter((id) => /^(vitest|typescript|rolldown|tar-fs)@/.test(id))).toEqual([]);
});
