import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap, type WebOptions, web } from '../../lab/lockstep/manifests.ts';
import { subjectsOf } from '../../lab/lockstep/pinned.ts';
import { onEach } from '../kit/kinds.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import {
  CLOSED,
  hashesOf,
  reading,
  rolledBy,
  SETTLE_FLAG,
  timedSandbox,
  untilLookedAt,
  untilMoved,
} from './edit-acts.ts';

const lockstep = useLockstep({
  sent: true,
  flags: ['--edit=on', SETTLE_FLAG, '--edit-rest=1s', '--lease=lockstep/lockstep'],
  values: { 'edit.enabled': 'true' },
});

const boxWith = (...all: readonly WebOptions[]) =>
  timedSandbox(DEPLOYMENT, lockstep(), configMap({ a: '0' }), configMap({ m: '0' }, 'more'), ...all.map(web));

/** Longer than what is done meanwhile, also on a busy machine. */
const SLOWLY = { annotations: { 'lockstep.dev/settle': '2s' } };

const from = (name: string) => ({ configMapRef: { name } });
const TWO_SOURCES = { ...SLOWLY, podSpec: reading({ envFrom: [from('app'), from('more')] }) };

describe.concurrent('one rollout', () => {
  test('follows ten edits in five seconds, once they have settled', async () => {
    const box = await boxWith(SLOWLY);
    const revisions = await box.revisions();
    const edits = async () => {
      for (let a = 1; a <= 10; a += 1) {
        await box.editConfig({ a: String(a) });
        await sleep(500);
      }
    };
    expect(await rolledBy(box, edits)).toBe(1);
    await untilLookedAt(box);
    expect(await box.revisions()).toHaveLength(revisions.length + 1);
  });

  test('follows edits of two sources together with another template. If the template comes first, its own rollout comes before', async () => {
    const boxes = await Promise.all([boxWith(TWO_SOURCES), boxWith(SLOWLY)]);
    const [before, after] = boxes;
    const apply = (box: typeof before) => box.kubectl(['set', 'image', box.subject, 'web=web:2']);
    const rollouts = await Promise.all([
      rolledBy(before, async () => {
        await Promise.all([before.editConfig({ a: '1' }), before.editConfig({ m: '1' }, 'more')]);
        await apply(before);
      }),
      rolledBy(after, async () => {
        await apply(after);
        await after.editConfig({ a: '1' });
      }),
    ]);
    expect(rollouts).toEqual([1, 2]);
    const [one = 0, two = 0] = (await onEach(boxes, (box) => box.revisions())).map(({ length }) => length);
    await onEach(boxes, untilLookedAt);
    const now = await onEach(boxes, (box) => box.revisions());
    expect(now.map(({ length }) => length)).toEqual([one, two]);
  });
});

test.concurrent('a workload that may not roll yet does so when it may, though no call rolls it', async () => {
  const asks = (name: string, more: Readonly<Record<string, string>>, paused = false) => ({
    name,
    paused,
    annotations: { 'lockstep.dev/roll-on': 'create,edit', ...more },
  });
  const names = ['late', 'paused', 'silent'];
  const box = await boxWith(
    {},
    asks('late', { 'lockstep.dev/roll-window': CLOSED }),
    asks('paused', {}, true),
    asks('silent', { 'lockstep.dev/roll-on': 'create' }),
  );
  const before = await hashesOf(box, names);
  await rolledBy(box, () => box.editConfig({ a: '1' }));
  await untilLookedAt(box);
  expect(await hashesOf(box, names)).toEqual(before);
  await box.kubectl(['annotate', 'deployment/late', 'lockstep.dev/roll-window-', '--overwrite']);
  await box.kubectl(['patch', 'deployment/paused', '--patch={"spec":{"paused":false}}']);
  await box.kubectl(['annotate', 'deployment/silent', 'lockstep.dev/roll-on=create,edit', '--overwrite']);
  await Promise.all(names.map((name) => untilMoved(box, before[name], name)));
  expect(await hashesOf(box, ['web', ...names])).toEqual(
    Object.fromEntries(['web', ...names].map((name) => [name, expect.stringMatching(/^v1-/)])),
  );
});

test.concurrent('a source that is edited all the time rolls its workloads less and less often, and an Event says so', async () => {
  const box = await boxWith({ annotations: { 'lockstep.dev/settle': '100ms' } });
  const revisions = await box.revisions();
  let edits = 0;
  while (!(await subjectsOf(box, 'SourceFlaps')).includes('ConfigMap/app')) {
    edits += 1;
    expect(edits).toBeLessThan(120);
    await box.editConfig({ a: String(edits) });
    await sleep(250);
  }
  // It rested for a second, then for two, and rests for four now.
  expect(edits).toBeGreaterThan(8);
  expect((await box.revisions()).length - revisions.length).toBeLessThanOrEqual(3);
});
