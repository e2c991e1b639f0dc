import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pretendedNode } from '../kit/older-node.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-npm-ci-'));
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(join(ROOT, name), join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The output of `npm ci` on this Node. It does all its checks before it fetches anything. */
function install(version: string) {
  const NODE_OPTIONS = pretendedNode(version).args.join('=');
  // Without the settings that npm got at the start of the tests, for example its log level. A user's npm does
  // not have them.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  return spawnSync('npm', ['ci', '--dry-run', '--offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, NODE_OPTIONS },
  });
}

function edit(name: string, from: string, to: string): void {
  const before = readFileSync(join(folder, name), 'utf8');
  expect(before).toContain(from);
  writeFileSync(join(folder, name), before.replace(from, to));
}

test('npm ci says nothing on the oldest Node that the README asks for', () => {
  expect(install('v20.0.0')).toMatchObject({ status: 0, stderr: '' });
});

test('without the .npmrc it would warn, because npm knows only one Node', () => {
  rmSync(join(folder, '.npmrc'));
  expect(install('v20.0.0').stderr).toContain('EBADENGINE');
});

test('an older Node is an error, and so is an install script that is not approved', () => {
  expect(install('v18.20.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('EBADDEVENGINES') });
  edit('package.json', '"node": true', '"left-pad": true');
  expect(install('v20.0.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('ALLOWSCRIPTS') });
});
