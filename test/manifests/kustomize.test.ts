import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAIN } from '../../lab/lockstep/program.ts';

const DEPLOYMENT = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n';
const POD = 'spec: {template: {spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}}}\n';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-kustomize-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder for PATH with stand-ins for these programs. They print how they were called. */
function programs(name: string, scripts: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [program, script] of Object.entries(scripts)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return path;
}
const prints = (text: string) => `echo "called as: $*" >&2; printf '%s' '${text}'`;
const inject = (path: string, ...args: string[]) =>
  spawnSync(process.execPath, [MAIN, 'inject', '-k', 'overlay', '--allow-missing-sources', ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });

test('kubectl builds the kustomization, and its error output is shown', () => {
  const path = programs('both', { kubectl: prints(DEPLOYMENT + POD), kustomize: prints('kind: Wrong\n') });
  const { status, stdout, stderr } = inject(path);
  expect(status).toBe(0);
  expect(stdout).toContain('lockstep.dev/config-hash: v1-');
  expect(stderr).toContain('called as: kustomize -- overlay\n');
  expect(stderr).toContain('warning: overlay:1:1: deployment/web refers to configmap/app');
});

test('kustomize builds it if kubectl is not installed', () => {
  const { status, stdout, stderr } = inject(programs('one', { kustomize: prints(DEPLOYMENT + POD) }));
  expect(status).toBe(0);
  expect(stdout).toContain('lockstep.dev/config-hash: v1-');
  expect(stderr).toContain('called as: build -- overlay\n');
});

test('if neither is installed, or the build fails, an error says so', () => {
  const neither = inject(programs('neither', {}), '--check');
  expect(neither).toMatchObject({ status: 2, stdout: '' });
  expect(neither.stderr).toContain(
    'building overlay needs kubectl or kustomize: neither is on PATH [MANIFEST_INVALID]',
  );
  const failed = inject(programs('failing', { kubectl: 'echo "no kustomization.yaml" >&2; exit 3' }));
  expect(failed).toMatchObject({ status: 1, stdout: '' });
  expect(failed.stderr).toContain('no kustomization.yaml\n');
  expect(failed.stderr).toContain('kubectl kustomize -- overlay ended with 3 [MANIFEST_INVALID]');
});
