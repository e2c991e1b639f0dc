import { expect, test } from 'vitest';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { describeKinds } from '../kit/kinds.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ sent: false, onlyApiServer: true, ...PATIENT });

describeKinds('Invariant 3, one rollout', (kind) => {
  test('one edit, then twenty scales and updates from several clients at once, make one new revision', async () => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }), kind.web({ replicas: 2 }));
    await box.untilRolledOut();
    expect(await box.revisions()).toHaveLength(1);
    await box.editConfig({ a: '2' });
    const calls = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0
        ? () => scale(box, 3 + (i % 6))
        : () => box.kubectl(['annotate', box.subject, `client-${i}=here`]),
    );
    expect(await setsAfter(box, () => Promise.all(calls.map((call) => call())))).toBe(1);
  });
});
