import { mkdtempDisposable, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { writeKubeconfig } from '../../lab/control-plane/kubeconfig.ts';
import { expectWarning } from '../kit/expectations.ts';
import { scale } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { driftedSandbox, expectFullService } from './faults.ts';

const lockstep = useLockstep();

const ACCOUNT = 'lockstep';
const inNamespace = (...args: string[]) => lockstep().cluster.kubectlOk(['--namespace', 'lockstep', ...args]);

/** Replaces the token by a new one in one step, like the kubelet. */
async function writeToken(file: string): Promise<void> {
  const { stdout } = await inNamespace('create', 'token', ACCOUNT);
  await writeFile(`${file}.new`, stdout.trim());
  await rename(`${file}.new`, file);
}

/** Makes all present tokens invalid: they contain the uid of their ServiceAccount. */
async function revokeTokens(): Promise<void> {
  await inNamespace('delete', 'serviceaccount', ACCOUNT);
  await inNamespace('create', 'serviceaccount', ACCOUNT);
}

describe('Invariant 5, never in the way: a token in a file that the kubeconfig names', () => {
  test('is read again when the API server refuses it; a missing file does no harm while the token is good', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-token-'));
    const [kubeconfig, file] = [join(folder.path, 'kubeconfig'), join(folder.path, 'token')];
    const { server, ca } = lockstep().cluster;
    await writeKubeconfig(kubeconfig, { server, ca, user: ACCOUNT, token: { file: 'token' } });
    await writeToken(file);
    const program = await lockstep().restart(['--kubeconfig', kubeconfig]);
    await expectFullService(await driftedSandbox(lockstep()));

    await revokeTokens();
    const box = await driftedSandbox(lockstep());
    // The API server accepts a token for 10 s after it has checked it.
    const told = 'was not checked: the API server answered 401';
    const annotate = ['annotate', 'deployment/web', '--overwrite'];
    await eventually(
      async () => (await box.kubectl([...annotate, `note=${Date.now()}`])).stderr.includes(told),
      { what: 'the old token being refused', intervalMs: 500 },
    );
    await box.editConfig({ a: '3' });
    expectWarning(await scale(box, 3), 'deployment/web was not checked: the API server answered 401 to get');

    await writeToken(file);
    await expectFullService(box);
    await rm(file);
    await expectFullService(await driftedSandbox(lockstep()));
    expect(lockstep().program().pid).toBe(program.pid);
  });
});
