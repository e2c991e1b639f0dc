import { expect, test } from 'vitest';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ onlyApiServer: true });

const scaleUp = (box: Sandbox, name: string) => box.kubectl(['scale', `deployment/${name}`, '--replicas=2']);

const named = (prefix: string) => Array.from({ length: 40 }, (_, i) => `${prefix}-${i}`);

const allOf = <T>(names: readonly string[], act: (name: string) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(names.map(act));

async function counted() {
  const program = lockstep().program();
  return {
    reviews: await program.metric('lockstep_reviews_total', { webhook: 'scale', dry_run: 'false' }),
    reads: await program.metric('lockstep_api_requests_total', { verb: 'get', resource: 'configmaps' }),
  };
}

test('Invariant 1, in step: a storm of scale-ups shares its reads of a ConfigMap, and no answer is older than an edit that its call has seen', async () => {
  const box = await lockstep().sandbox();
  const [early, late] = [named('early'), named('late')];
  const all = [...early, ...late];
  await box.apply(configMap({ a: '1' }));
  await allOf(all, (name) => box.apply(web({ name, replicas: 1 })));
  await allOf(all, (name) => box.untilRolledOut(name));
  const before = await counted();

  // These calls are under way when the edit is stored. Those come after its answer.
  const earlyCalls = allOf(early, (name) => scaleUp(box, name));
  await box.editConfig({ a: '2' });
  const hashes = await allOf(late, async (name) => {
    await scaleUp(box, name);
    return (await box.marks(name)).hash;
  });
  await earlyCalls;
  const after = await counted();

  await box.apply(web({ name: 'of-the-edit', replicas: 1 }));
  const { hash } = await box.marks('of-the-edit');
  expect(new Set(hashes)).toEqual(new Set([hash]));
  const reviews = after.reviews - before.reviews;
  expect(reviews).toBeGreaterThanOrEqual(all.length);
  // Reads of `late` after the edit show drift, and each of them is judged again by reads of its own time.
  expect((after.reads - before.reads) / reviews).toBeLessThan(0.7);
});
