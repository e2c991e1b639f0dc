import { describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import {
  copiesIn,
  copyOf,
  namesIn,
  ownersIn,
  PIN,
  podsIn,
  readBy,
  templateOf,
} from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ flags: ['--pin=on', '--pin-grace=2s'], values: { 'pin.enabled': 'true' } });

async function startWeb(): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), web({ labels: PIN }));
  await box.untilRolledOut();
  return box;
}

describe('Pin', () => {
  test('pods read an immutable copy of the used keys, and the template keeps its reference', async () => {
    const box = await startWeb();
    const name = await copyOf(box);
    const pods = await podsIn(box);
    expect(pods.map(({ spec }) => namesIn(spec))).toEqual([[name], [name]]);
    expect(namesIn(await templateOf(box))).toEqual(['app']);
    expect(await copiesIn(box)).toMatchObject([
      {
        metadata: { name },
        immutable: true,
        data: { a: '1' },
      },
    ]);
    // After the grace, only its ReplicaSet owns it.
    await expect
      .poll(async () => ownersIn(await copiesIn(box)))
      .toEqual([[`ReplicaSet/${pods[0]?.replicaSet}`]]);
  });

  test('an edit and a scale make a second copy, and a pod of the old ReplicaSet would still read the first', async () => {
    const box = await startWeb();
    const first = await copyOf(box);
    await box.editConfig({ a: '2' });
    await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
    await box.untilRolledOut();
    const second = await copyOf(box);
    await expect.poll(() => readBy(box)).toEqual([[second], [second], [second]]);
    expect((await copiesIn(box)).map(({ metadata, data }) => [metadata.name, data])).toEqual(
      [
        [first, { a: '1' }],
        [second, { a: '2' }],
      ].sort(),
    );
  });

  test('a copy is deleted with the last ReplicaSet that owns it', async () => {
    const box = await startWeb();
    await box.kubectl(['delete', 'deployment/web']);
    await eventually(async () => (await copiesIn(box)).length === 0);
  });
});
