import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../../lab/control-plane/run.ts';

const ENTRY = fileURLToPath(new URL('../../src/kubectl.ts', import.meta.url));
const kubectlLockstep = (...args: string[]) =>
  run(process.execPath, [ENTRY, ...args], { env: { KUBECONFIG: '/nonexistent/kubeconfig' } });

test('as a process, it prints its help, and ends with 0', async () => {
  const { exitCode, stdout, stderr } = await kubectlLockstep('status', '--help');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('kubectl lockstep status deploy/web -o wide');
});

test('as a process, it ends with 2 if it cannot do what it was asked', async () => {
  const { exitCode, stdout, stderr } = await kubectlLockstep('status');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('error: cannot use /nonexistent/kubeconfig');
});
