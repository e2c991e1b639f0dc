import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPatch } from 'diff';
import { expect, test, vi } from 'vitest';
import { MAIN } from '../../lab/lockstep/program.ts';
import { markLines } from '../kit/injected.ts';

// A process takes half a second to start, several in a test, and more on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const SHOP = fileURLToPath(new URL('../fixtures/manifests/shop', import.meta.url));
const LIST = fileURLToPath(new URL('../fixtures/manifests/list.json', import.meta.url));
const files = ['config.yaml', 'web.yaml', 'worker.yml'].map((name) => join(SHOP, name));

const inject = (args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [MAIN, 'inject', ...args], {
    encoding: 'utf8',
    input,
    env: { ...process.env, ...env },
  });
const read = (path: string) => readFile(path, 'utf8');
const added = (text: string) => text.split('\n').filter((line) => line.includes('lockstep.dev/'));

test('a directory gives one stream of its manifests with marks, in order, without subdirectories', async () => {
  const { status, stdout, stderr } = inject(['-f', SHOP]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [config, web, worker] = await Promise.all(files.map(read));
  const rest = stdout
    .split('\n')
    .filter((line) => !line.includes('lockstep.dev/') && line !== '            annotations:')
    .join('\n');
  expect(rest).toBe(`${config}${web}---\n${worker}`);
  expect(added(stdout)).toHaveLength(4);
});

test('its own output, through standard input, is not changed again', () => {
  const first = inject(['-f', ...files, '-f', LIST]).stdout;
  expect(added(first)).toHaveLength(6);
  const second = inject(['-f', '-'], first);
  expect(second.stdout).toBe(first);
  expect(inject(['-f', '-', '--check'], first)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(inject(['-f', '-', '--diff'], first)).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test('--diff prints a patch that can be applied', async () => {
  const { status, stdout, stderr } = inject(['-f', LIST, '--diff']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout.split('\n').slice(0, 2)).toEqual([`--- ${LIST}`, `+++ ${LIST}`]);
  expect(applyPatch(await read(LIST), stdout)).toBe(inject(['-f', LIST]).stdout);
});

test('--check lists the changes, and --diff shows them, too', () => {
  const { status, stdout, stderr } = inject(['-f', SHOP, '--check']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    `${files[1]}:2:1: deployment/web would change (created)\n${files[2]}:1:1: deployment/worker would change (created)\n`,
  );
  const both = inject(['-f', SHOP, '--check', '--diff']);
  expect(both.status).toBe(1);
  expect(both.stdout).toBe(inject(['-f', SHOP, '--diff']).stdout);
});

test('a ConfigMap that is not passed causes a warning and no marks, unless the user insists', async () => {
  const worker = join(SHOP, 'worker.yml');
  const { status, stdout, stderr } = inject(['-f', worker]);
  expect(status).toBe(0);
  expect(stderr).toContain('warning: ');
  expect(stderr).toContain(
    'worker.yml:1:1: deployment/worker refers to configmap/shop, which is not in the input',
  );
  expect(stdout).toBe(await read(worker));
  expect(inject(['-f', worker, '--allow-missing-sources']).stdout).toContain('"configmap/shop":"absent"');
});

test('the default for workloads without a label comes from the option, then from the environment', () => {
  const env = { LOCKSTEP_INJECT_DEFAULT: 'disabled' };
  expect(added(inject(['-f', LIST], '', env).stdout)).toEqual([]);
  expect(added(inject(['-f', LIST, '--inject-default', 'enabled'], '', env).stdout)).toHaveLength(2);
});

test('objects without a namespace get the default one', () => {
  const web = (name: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web${name}}\nspec: {template: {spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}}}\n`;
  const app =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: shop}\ndata: {COLOUR: blue}\n';
  const hash = markLines('').split('\n')[0] ?? '';
  expect(inject(['-n', 'shop', '-f', '-'], `${app}---\n${web('')}`).stdout).toContain(hash);
  expect(inject(['-f', '-'], `${app}---\n${web(', namespace: shop')}`).stdout).toContain(hash);
  expect(inject(['-f', '-'], `${app}---\n${web('')}`).stdout).not.toContain(hash);
});

test.each([
  ['no file', [], 'name a file or directory with -f, or -f - for standard input [CONFIG_INVALID]'],
  ['a file that is not there', ['-f', '/nowhere/web.yaml'], 'cannot read /nowhere/web.yaml: ENOENT'],
  ['files and a kustomization', ['-f', LIST, '-k', SHOP], '-k and -f exclude each other [CONFIG_INVALID]'],
  ['-R without files', ['-R', '-k', SHOP], '-k and -R exclude each other [CONFIG_INVALID]'],
  ['standard input twice', ['-f', '-', '-'], 'standard input can be read only once [CONFIG_INVALID]'],
  ['a namespace', ['-f', LIST, '-n', 'Shop'], "'-n, --namespace <name>' argument 'Shop' is invalid"],
  ['a default', ['-f', LIST, '--inject-default', 'yes'], '--inject-default'],
  ['a ConfigMap passed twice', ['-f', LIST, LIST], 'is defined twice: '],
  ['an argument without -f', [LIST], 'too many arguments'],
] as const)('an error names its cause: %s', (_name, args, message) => {
  const { status, stdout, stderr } = inject(args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

test.each([
  ['what is not there', ['-f', '/nowhere/web.yaml'], ''],
  ['what is no manifest', ['-f', '-'], 'a: ]'],
  ['options that do not fit', ['-f', LIST, '-k', SHOP], ''],
  ['an unknown option', ['-f', LIST, '--bogus'], ''],
  ['an invalid value', ['-f', LIST, '-n', 'Shop'], ''],
] as const)(
  'with --check and --diff an error exits with 2, because 1 means a difference: %s',
  (_name, args, input) => {
    expect(inject(args, input)).toMatchObject({ status: 1, stdout: '' });
    for (const asks of [['--check'], ['--diff']])
      expect(inject([...args, ...asks], input)).toMatchObject({ status: 2, stdout: '' });
  },
);

test('output that cannot be written is an error; a reader that stops early is not', () => {
  const full = openSync('/dev/full', 'w');
  const into = (args: readonly string[], stdout: number) =>
    spawnSync(process.execPath, [MAIN, 'inject', '-f', LIST, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', stdout, 'pipe'],
    });
  try {
    expect(into([], full)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('cannot write the output'),
    });
    expect(into(['--diff'], full)).toMatchObject({ status: 2, stderr: expect.stringContaining('ENOSPC') });
  } finally {
    closeSync(full);
  }
  const piped = `"${process.execPath}" "${MAIN}" inject -f "${LIST}" | true; exit "\${PIPESTATUS[0]}"`;
  expect(spawnSync('bash', ['-c', piped], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('the help of --check is not an error', () => {
  expect(inject(['--check', '--help'])).toMatchObject({ status: 0, stderr: '' });
});

test('-R includes subdirectories, in the order of kubectl', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-inject-'));
  const names = ['b.yaml', 'a/z.yml', 'a/b/c.json', 'a.yaml', 'a/readme.md'];
  for (const name of names) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), JSON.stringify({ kind: name }));
  }
  const kinds = (...args: string[]) =>
    [...inject(['-f', folder.path, ...args]).stdout.matchAll(/"kind":"([^"]+)"/g)].map(([, kind]) => kind);
  expect(kinds()).toEqual(['a.yaml', 'b.yaml']);
  expect(kinds('-R')).toEqual(['a/b/c.json', 'a/z.yml', 'a.yaml', 'b.yaml']);
  expect(kinds('--recursive')).toEqual(kinds('-R'));
});

test('a directory without manifests, and a file that is not UTF-8, are errors', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-inject-'));
  expect(inject(['-f', folder.path]).stderr).toContain(
    'holds no *.yaml, *.yml or *.json file [MANIFEST_INVALID]',
  );
  await writeFile(join(folder.path, 'latin1.yaml'), Buffer.from('a: \xe9\n', 'latin1'));
  expect(inject(['-f', folder.path]).stderr).toContain('latin1.yaml is not UTF-8 [MANIFEST_INVALID]');
});
