import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptFor } from '../../src/kubectl/complete/scripts.ts';

const ENTRY = fileURLToPath(new URL('../../src/kubectl.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockstep-completion-'));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}
const env = { PATH: `${folder}:/usr/bin:/bin`, KUBECONFIG: '/nonexistent/kubeconfig' };

beforeAll(() => {
  program('kubectl-lockstep', `#!/bin/sh\nexec ${process.execPath} ${ENTRY} "$@"\n`);
  program('kubectl_complete-lockstep', scriptFor('kubectl'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash replaces the last word with. Without readline, the function is called as bash calls it. */
function inBash(line: string): string[] {
  const call = `COMP_LINE='${line}' COMP_POINT=${line.length}; _kubectl_lockstep; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', `${scriptFor('bash')}\n${call}`], {
    env,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

test('bash completes commands, flags, and the value after an equals sign, which is a word of its own there', () => {
  expect(inBash('kubectl-lockstep sta')).toEqual(['status']);
  expect(inBash('kubectl-lockstep status --dri')).toEqual(['--drifted']);
  expect(inBash('kubectl-lockstep status --output=w')).toEqual(['wide']);
  expect(inBash('kubectl-lockstep status -o ')).toContain('yaml');
});

test('kubectl calls kubectl_complete-lockstep with the words', () => {
  const { stdout } = spawnSync('kubectl_complete-lockstep', ['status', 'de'], { env, encoding: 'utf8' });
  expect(stdout).toBe('deployment/\n:6\n');
});
