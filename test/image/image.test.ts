import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { type LocalBases, localBases } from '../../lab/nodes/local-bases.ts';
import { buildImage } from '../../release/build-image.ts';
import { kubeconfig } from '../kit/kubeconfigs.ts';
import { enter } from './enter.ts';
import { type Inspected, inspect, unpack } from './inspect-image.ts';
import { whyNoImages } from './requirements.ts';

/** The only child of a process. */
const childOf = (pid: number | undefined) =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());

async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('the program ended without output');
}

const why = whyNoImages();
if (why !== undefined) {
  if (process.env['CI']) throw new Error(`the image is not tested: ${why}`);
  console.warn(`SKIPPED: the image is not tested: ${why}`);
}

describe.skipIf(why !== undefined)('the image', () => {
  const TAG = 'localhost/lockstep:test';
  const home = mkdtempSync(join(tmpdir(), 'lockstep-image-home-'));
  const running = new Set<ReturnType<typeof enter>>();
  let bases: LocalBases;
  let image: Inspected;
  let root: string;

  beforeAll(async () => {
    // Another user reads it.
    chmodSync(home, 0o755);
    bases = localBases();
    await buildImage({ ...bases, tag: TAG, tool: 'buildah' });
    image = inspect(bases.env, TAG);
    root = unpack(bases.env, TAG);
  });
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    bases?.[Symbol.dispose]();
    rmSync(home, { recursive: true, force: true });
  });

  /** Runs the image's program, with the image's environment. */
  const run = (...args: string[]) => start([...image.Entrypoint, ...args]);
  const start = (command: readonly string[]) => {
    const env = Object.fromEntries(image.Env.map((each) => each.split(/=(.*)/s).slice(0, 2)));
    const child = enter({ root, home, user: image.User, env }, command);
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };

  test('has labels with its description, version and commit', () => {
    const { version, description } = JSON.parse(readFileSync('package.json', 'utf8'));
    const revision = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    const label = 'org.opencontainers.image';
    expect(image.Labels).toMatchObject({
      [`${label}.title`]: 'lockstep',
      [`${label}.description`]: description,
      [`${label}.licenses`]: 'Apache-2.0',
      [`${label}.version`]: version,
      [`${label}.revision`]: expect.stringMatching(new RegExp(`^${revision}(-dirty)?$`)),
    });
  });

  test('runs as a user with a number other than root’s, which Kubernetes can check', () => {
    expect(image.User).toBe('65532:65532');
    expect(image.Entrypoint[0]).toBe('node');
    expect(image.Cmd).toEqual(['serve']);
  });

  test('holds lockstep, its licences and its SBOM, read-only, and no shell or npm', () => {
    const files = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' });
    for (const name of [
      'LICENSE',
      'package.json',
      'dist/main.js',
      'dist/kubectl.js',
      'dist/THIRD-PARTY.txt',
      'dist/sbom.cdx.json',
    ])
      expect(files).toContain(name);
    expect(files.filter((name) => /\.ts$|node_modules|test/.test(name))).toEqual([]);
    for (const name of ['', ...files]) {
      const { uid, mode } = statSync(join(root, 'app', name));
      expect([name, uid, mode & 0o022]).toEqual([name, 0, 0]);
    }
    const everything = readdirSync(root, { recursive: true, encoding: 'utf8' });
    expect(everything.filter((name) => /(^|\/)(sh|bash|dash|busybox|npm|npx)$/.test(name))).toEqual([]);
  });

  test('runs as that user, without a writable folder', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const child = run('--version');
    expect(await text(child.stdout)).toBe(`${version}\n`);
  });

  test('holds kubectl lockstep, too', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const child = start(['node', '/app/dist/kubectl.js', '--version']);
    expect(await text(child.stdout)).toBe(`${version}\n`);
  });

  test('serves as the only process, and ends on SIGTERM', async () => {
    const notAfter = new Date(Date.now() + 3_600_000);
    const { cert, key } = await issueCertificates({
      names: ['localhost'],
      addresses: ['127.0.0.1'],
      notAfter,
    });
    const files = { 'tls.crt': cert, 'tls.key': key, kubeconfig: kubeconfig({}) };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text, { mode: 0o644 });
    const child = run(
      ...['serve', '--host', '127.0.0.1', '--port', '0', '--admin-port', '0'],
      ...['--tls-cert-file', '/home/nonroot/tls.crt', '--tls-private-key-file', '/home/nonroot/tls.key'],
      // Its Node knows time zones.
      ...['--kubeconfig', '/home/nonroot/kubeconfig', '--edit-windows', '09:00-17:00 Australia/Lord_Howe'],
    );
    expect(JSON.parse(await firstLine(child.stdout))).toMatchObject({ msg: 'ready' });
    const pid = childOf(child.pid);
    // As its own /proc shows it, in its namespace.
    const inside = `/proc/${pid}/root/proc`;
    expect(readdirSync(inside).filter((name) => /^\d+$/.test(name))).toEqual(['1']);
    expect(readFileSync(join(inside, '1/cmdline'), 'utf8')).toMatch(/^node\0/);
    process.kill(pid, 'SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('is the same byte for byte when it is built again', async () => {
    await buildImage({ ...bases, tag: `${TAG}-again`, tool: 'buildah' });
    const again = inspect(bases.env, `${TAG}-again`);
    expect(again).toEqual(image);
  });
});
