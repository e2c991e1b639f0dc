import { expect, test } from 'vitest';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { expectGolden, kubectlLockstepIn, settled } from '../kit/kubectl-lockstep.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

test('status says which workloads have drifted, and what the next scale-up does', async () => {
  const box = await lockstep().sandbox();
  const run = kubectlLockstepIn(lockstep().cluster, box);
  const empty = await run(['status']);
  expect(empty).toMatchObject({
    code: 0,
    out: '',
    err: `No workloads found in ${box.namespace} namespace.\n`,
  });
  await box.apply(configMap({ a: '1' }), web());
  await box.untilRolledOut();
  const before = await run(['status']);
  expect(before).toMatchObject({ code: 0, err: '' });
  await box.editConfig({ a: '2' });
  const after = await run(['status', 'deploy/web']);
  expect(after).toMatchObject({ code: 1, err: '' });
  await expectGolden(
    settled(`${before.out}${after.out}${(await run(['status', '-o', 'wide'])).out}`),
    'status.txt',
  );
  await expectGolden(settled((await run(['status', '-o', 'yaml'])).out), 'status.yaml');
  expect((await run(['status', '-o', 'name'])).out).toBe('deployment/web\n');
  expect((await run(['status', '-o', 'jsonpath={.items[*].state}'])).out).toBe('Drifted');
});
