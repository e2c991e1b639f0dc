import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildExecutables } from '../../release/build-executable.ts';
import { ownPlatform } from '../../release/platforms.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockstep-executable-test-'));
let program: string;

beforeAll(async () => {
  const [built] = await buildExecutables([ownPlatform(process)], {
    output: join(folder, 'out'),
    cache: join(folder, 'cache'),
  });
  program = built ?? '';
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Without PATH, HOME and Node: the file needs nothing else. */
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(program, args, { cwd: folder, encoding: 'utf8', env });

test('the executable is the command: version, help, completion', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(run(['status', '--help'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('--drifted'),
    stderr: '',
  });
  expect(run(['__complete', 'sta']).stdout).toMatch(/^status\t.*\n:4\n$/);
});

test('it has the transport in it, too, and ends with the exit code of the command', () => {
  expect(run(['status', '--kubeconfig', join(folder, 'absent')])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error: cannot use'),
  });
});

test('options of Node in the environment do not change it', () => {
  const { status, stderr } = run(['--version'], { NODE_OPTIONS: '--require=/nonexistent.js' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('licences and SBOM of what is in it lie beside it', () => {
  const beside = (name: string) => readFileSync(join(program, '..', name), 'utf8');
  const { components } = JSON.parse(beside('sbom.cdx.json'));
  const names = components.map(({ name }: { name: string }) => name);
  expect(names).toContain('commander');
  // Only the server has it.
  expect(names).not.toContain('fastify');
  expect(beside('THIRD-PARTY.txt')).toContain('commander@');
});
