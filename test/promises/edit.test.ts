import { expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { describeKinds } from '../kit/kinds.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { sandboxOf } from './sandbox-with.ts';

const lockstep = useLockstep({
  sent: true,
  flags: [
    '--edit=on',
    '--edit-settle=1s',
    '--edit-rest=0s',
    '--edit-patience=5s',
    '--lease=lockstep/lockstep',
  ],
  values: { 'edit.enabled': 'true' },
});

/** Waits until the template of `web` has another hash than this one. */
const untilMoved = (box: Sandbox, hash: string | undefined) =>
  eventually(async () => (await box.marks()).hash !== hash, { what: 'the write after the edit' });

describeKinds('an edit without a call', (kind) => {
  test('rolls all pods once', async () => {
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web());
    const before = await box.marks();
    const revisions = await box.revisions();
    await box.editConfig({ a: '2' });
    await untilMoved(box, before.hash);
    await box.untilRolledOut();
    expect(await box.revisions()).toHaveLength(revisions.length + 1);
  });
});
