import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrograms } from '../../../lab/control-plane/binaries.ts';
import { hostPlatform } from '../../../lab/control-plane/go.ts';
import { readModule } from '../../../lab/control-plane/modules.ts';
import { type ProgramName, sources } from '../../../lab/control-plane/programs.ts';
import type { Progress } from '../../../lab/control-plane/progress.ts';
import { releaseFile } from '../../../lab/control-plane/releases.ts';

const silent: Progress = { begin: () => () => undefined };
const platform = hostPlatform();
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** The files of the server, by path, and the requests that it received. */
const files = new Map<string, string | Buffer>();
const asked: string[] = [];
const server = createServer(({ url = '' }, response) => {
  asked.push(url);
  const content = files.get(url);
  response.writeHead(content === undefined ? 404 : 200).end(content);
});
let folder = '';
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // Without a slash at its end, as a person might type it.
  const address = server.address();
  folder = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/mirror`;
});
afterAll(() => server.close());

async function fileOf(name: ProgramName) {
  const file = releaseFile(name, await readModule(sources[name].module), platform);
  if (!file) throw new Error(`no release has ${name}`);
  return file;
}

/** Finds one program with only the server and these checksums: an empty cache, and no Go. */
async function find(name: ProgramName, cache: string, checksums: Readonly<Record<string, string>>) {
  const env = { PATH: '/nowhere', LOCKSTEP_CACHE_DIR: cache, LOCKSTEP_BINARIES: folder };
  return (await findPrograms([name], { env, progress: silent, checksums }))[name];
}

const emptyCache = () => mkdtempDisposable(join(tmpdir(), 'lockstep-released-'));

test('a program is fetched once, checked, and executable', async () => {
  await using cache = await emptyCache();
  const { path } = await fileOf('kubectl');
  const program = '#!/bin/sh\necho as released\n';
  files.set(`/mirror/${path}`, program);
  const checksums = { [path]: sha256(program) };

  const found = await find('kubectl', cache.path, checksums);

  expect((await promisify(execFile)(found)).stdout).toBe('as released\n');
  asked.length = 0;
  expect(await find('kubectl', cache.path, checksums)).toBe(found);
  expect(asked).toEqual([]);
});

test('a program is extracted from its archive', async () => {
  await using cache = await emptyCache();
  await using scratch = await emptyCache();
  const { path, member = '' } = await fileOf('helm');
  await mkdir(join(scratch.path, dirname(member)), { recursive: true });
  await writeFile(join(scratch.path, member), 'the program');
  await promisify(execFile)('tar', ['-czf', 'it.tar.gz', member], { cwd: scratch.path });
  const archive = await readFile(join(scratch.path, 'it.tar.gz'));
  files.set(`/mirror/${path}`, archive);

  const found = await find('helm', cache.path, { [path]: sha256(archive) });

  expect(await readFile(found, 'utf8')).toBe('the program');
});

test('a file with another checksum is not used, and nothing of it remains', async () => {
  await using cache = await emptyCache();
  const { path } = await fileOf('etcd');
  files.set(`/mirror/${path}`, 'something else');
  const pinned = sha256('the release');

  await expect(find('etcd', cache.path, { [path]: pinned })).rejects.toThrow(
    `has the SHA-256 ${sha256('something else')}; lab/control-plane/checksums.json pins ${pinned}`,
  );
  expect(await readdir(cache.path)).toEqual([]);
});

test('a file that the server does not have is an error with its URL', async () => {
  await using cache = await emptyCache();
  const { path } = await fileOf('kwok');
  await expect(find('kwok', cache.path, { [path]: sha256('') })).rejects.toThrow(
    `${folder}/${path} was answered with 404`,
  );
});

test('without a pinned checksum nothing is fetched, and the error says how to pin one', async () => {
  await using cache = await emptyCache();
  const { path } = await fileOf('toxiproxy-server');
  files.set(`/mirror/${path}`, 'anything');
  asked.length = 0;

  const error = await find('toxiproxy-server', cache.path, {}).catch(String);
  expect(error).toContain(`checksums.json pins no SHA-256 for ${path}`);
  expect(error).toContain(`"${path}": "<64 hexadecimal digits>"`);
  await expect(find('toxiproxy-server', cache.path, { [path]: 'abc' })).rejects.toThrow('64 hexadecimal');
  expect(asked).toEqual([]);
});

test('the files are those of the projects’ own release pages', () => {
  const goMod = [
    'k8s.io/kubernetes v1.99.2',
    'go.etcd.io/etcd/server/v3 v3.9.9 // indirect',
    'sigs.k8s.io/kwok v0.9.9 // indirect',
    'helm.sh/helm/v4 v4.9.9',
    'github.com/Shopify/toxiproxy/v2 v2.9.9',
    'github.com/prometheus/prometheus v0.309.9 // indirect',
  ]
    .map((line) => `\t${line}`)
    .join('\n');
  const path = (name: ProgramName) => releaseFile(name, { goMod }, 'linux-arm64');

  expect(path('kube-apiserver')).toEqual({ path: 'v1.99.2/bin/linux/arm64/kube-apiserver' });
  expect(path('kubelet')).toEqual({ path: 'v1.99.2/bin/linux/arm64/kubelet' });
  expect(path('etcd')).toEqual({
    path: 'etcd-v3.9.9-linux-arm64.tar.gz',
    member: 'etcd-v3.9.9-linux-arm64/etcd',
  });
  expect(path('kwok')).toEqual({ path: 'v0.9.9/kwok-linux-arm64' });
  expect(path('helm')).toEqual({ path: 'helm-v4.9.9-linux-arm64.tar.gz', member: 'linux-arm64/helm' });
  expect(path('toxiproxy-server')).toEqual({ path: 'v2.9.9/toxiproxy-server-linux-arm64' });
  expect(path('promtool')).toEqual({
    path: 'v3.9.9/prometheus-3.9.9.linux-arm64.tar.gz',
    member: 'prometheus-3.9.9.linux-arm64/promtool',
  });
});

test('a program that no release has is not looked for there', async () => {
  await using cache = await emptyCache();
  asked.length = 0;

  await expect(find('rollouts-controller', cache.path, {})).rejects.toThrow('Go is not installed to build');
  expect(asked).toEqual([]);
});
