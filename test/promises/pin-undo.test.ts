import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { annotationsOf, copiesIn, PIN, pinnedAnswers } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { HELD } from '../../src/marks/names.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ onlyApiServer: true, flags: ['--pin=on'], values: { 'pin.enabled': 'true' } });

/** `lockstep` with bad luck: each copy is deleted between the look at it and its reservation. */
const UNLUCKY_MAIN = fileURLToPath(new URL('late-reservation-main.ts', import.meta.url));

const manifest = (image = 'web:1') => web({ image, labels: PIN });
const undo = (box: Sandbox, ...flags: readonly string[]) =>
  box.kubectl(['rollout', 'undo', 'deployment/web', ...flags]);
const isHeld = async (box: Sandbox) => (await annotationsOf(box))[HELD] !== undefined;

const HELD_BY_UNDO = 'deployment/web is back at its earlier configuration, and held there';
const IS_HELD = 'deployment/web is held at an earlier configuration';

/**
 * Edits `a` from 1 to this value. An update that rolls follows each edit, so that each value has a revision.
 */
async function editUpTo(last: number): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }), manifest());
  await box.untilRolledOut();
  for (let a = 2; a <= last; a += 1) {
    await box.editConfig({ a: String(a) });
    await box.kubectl(['annotate', 'deployment/web', `n=${a}`, '--overwrite']);
    await box.untilRolledOut();
  }
  return box;
}

describe('rollout undo of a pinned workload', () => {
  test.each([1, 2, 5])('brings back the configuration from before %i edits, and holds it', async (edits) => {
    const box = await editUpTo(1 + edits);
    const sets = await setsAfter(box, async () => {
      expectWarning(await undo(box, '--to-revision=1'), HELD_BY_UNDO);
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['1']);
      // Later calls of users do not bump it forward.
      expectWarning(await scale(box, 4), IS_HELD);
      await box.apply(manifest());
      await box.kubectl(['label', 'deployment/web', 'seen=yes']);
    });
    expect(sets).toBe(0);
    expect(await pinnedAnswers(box)).toEqual(['1']);

    await box.editConfig({ a: 'next' });
    expectWarning(await scale(box, 5), WEB_ROLLS);
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['next']);
    expect(await isHeld(box)).toBe(false);
  });

  test('twice returns to the start, and history counts each undo as a revision', async () => {
    const box = await editUpTo(2);
    await undo(box);
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['1']);
    expectSilence(await undo(box));
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(await isHeld(box)).toBe(false);
    const { stdout } = await box.kubectl(['rollout', 'history', 'deployment/web']);
    expect(stdout.match(/^\d+/gm)).toEqual(['3', '4']);
  });

  test('from one held revision to another with the same configuration stays held', async () => {
    const box = await editUpTo(1);
    await box.apply(manifest('web:2'));
    await box.untilRolledOut();
    await box.editConfig({ a: '2' });
    await box.apply(manifest('web:3'));
    await box.untilRolledOut();
    await undo(box, '--to-revision=2');
    await box.untilRolledOut();
    expectWarning(await undo(box, '--to-revision=1'), HELD_BY_UNDO);
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['1']);
    expectWarning(await scale(box, 3), IS_HELD);
  });

  test.each([
    ['another image', (box: Sandbox) => box.apply(manifest('web:2'))],
    ['rollout restart', (box: Sandbox) => box.kubectl(['rollout', 'restart', 'deployment/web'])],
  ])('is no longer held after a new template: %s', async (_, act) => {
    const box = await editUpTo(2);
    await undo(box);
    expectWarning(await act(box), "deployment/web is no longer held: today's configuration applies");
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(await isHeld(box)).toBe(false);
  });

  test('is no longer held after a user removes the annotation', async () => {
    const box = await editUpTo(2);
    await undo(box);
    expectWarning(await box.kubectl(['annotate', 'deployment/web', `${HELD}-`]), WEB_ROLLS);
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
  });

  test('is no longer held after one edit that removes the annotation and changes the template', async () => {
    const box = await editUpTo(2);
    await undo(box);
    await box.untilRolledOut();
    const template = { spec: { containers: [{ name: 'web', image: 'web:2' }] } };
    const patch = JSON.stringify({ metadata: { annotations: { [HELD]: null } }, spec: { template } });
    const edited = await box.kubectl(['patch', 'deployment', 'web', '--patch', patch]);
    expectWarning(edited, "deployment/web is no longer held: today's configuration applies");
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(await isHeld(box)).toBe(false);
  });

  test('stays held after a replace with the manifest, which drops all annotations', async () => {
    const box = await editUpTo(2);
    await undo(box);
    await box.untilRolledOut();
    const sets = await setsAfter(box, () => box.kubectl(['replace', '-f', '-'], JSON.stringify(manifest())));
    expect(sets).toBe(0);
    expect(await isHeld(box)).toBe(true);
    expectWarning(await scale(box, 3), IS_HELD);
  });

  test('on a dry run warns of the effect, and changes nothing', async () => {
    const box = await editUpTo(2);
    const before = await box.marks();
    expectWarning(await undo(box, '--dry-run=server'), HELD_BY_UNDO);
    expect(await box.marks()).toEqual(before);
    expect(await isHeld(box)).toBe(false);
  });

  test('to a revision with missing copies brings back only the template, with a warning', async () => {
    const box = await editUpTo(2);
    const first = (await copiesIn(box)).find(({ data }) => data?.['a'] === '1');
    await box.kubectl(['delete', 'configmap', first?.metadata.name ?? '']);
    expectWarning(await undo(box), 'undo of deployment/web changes nothing: only configuration differed');
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
  });

  test('to copies that are deleted during the review does so, too', async () => {
    const box = await editUpTo(2);
    await lockstep().restart(['--pin=on'], UNLUCKY_MAIN);
    try {
      expectWarning(await undo(box), 'undo of deployment/web changes nothing: only configuration differed');
    } finally {
      await lockstep().restart(['--pin=on']);
    }
    await box.untilRolledOut();
    expect((await copiesIn(box)).map(({ data }) => data?.['a'])).toEqual(['2']);
    expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(await isHeld(box)).toBe(false);
  });
});
