import { describe, expect, test } from 'vitest';
import { createdObjects } from '../../lab/control-plane/events.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ onlyApiServer: true });

describe('Invariant 3, one rollout', () => {
  test('one edit, then twenty scales and updates from several clients at once, make one new ReplicaSet', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web({ replicas: 2 }));
    await box.untilRolledOut();
    const sets = await box.replicaSets();
    expect(sets.current()).toHaveLength(1);
    await box.editConfig({ a: '2' });
    const commands = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0
        ? ['scale', 'deployment/web', `--replicas=${3 + (i % 6)}`]
        : ['annotate', 'deployment/web', `client-${i}=here`],
    );
    await Promise.all(commands.map((command) => box.kubectl(command)));
    await box.untilRolledOut();
    expect(createdObjects(sets.events)).toHaveLength(1);
    await sets.stop();
  });
});
