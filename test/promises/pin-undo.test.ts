import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { annotationsOf, copiesIn, PIN, pinnedAnswers } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { HELD } from '../../src/marks/names.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds, PINNED_KINDS } from '../kit/kinds.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';

const FLAGS = [...PATIENT.flags, '--pin=on'];
const lockstep = useLockstep({
  onlyApiServer: true,
  flags: FLAGS,
  values: { ...PATIENT.values, 'pin.enabled': 'true' },
});

/** `lockstep` with bad luck: each copy is deleted between the look at it and its reservation. */
const UNLUCKY_MAIN = fileURLToPath(new URL('late-reservation-main.ts', import.meta.url));

const manifest = ({ web }: Kind, image = 'web:1') => web({ image, labels: PIN });
const undo = (box: Sandbox, ...flags: readonly string[]) =>
  box.kubectl(['rollout', 'undo', box.subject, ...flags]);
const isHeld = async (box: Sandbox) => (await annotationsOf(box))[HELD] !== undefined;

type Subject = Pick<Sandbox, 'subject'>;
const heldByUndo = ({ subject }: Subject) =>
  `${subject} is back at its earlier configuration, and held there`;
const isHeldStill = ({ subject }: Subject) => `${subject} is held at an earlier configuration`;
const noLongerHeld = ({ subject }: Subject) => `${subject} is no longer held: today's configuration applies`;
const noEffect = ({ subject }: Subject) => `undo of ${subject} changes nothing: only configuration differed`;

/**
 * Edits `a` from 1 to this value. An update that rolls follows each edit, so that each value has a revision.
 */
async function editUpTo(last: number, kind: Kind): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, kind);
  await box.apply(configMap({ a: '1' }), manifest(kind));
  await box.untilRolledOut();
  for (let a = 2; a <= last; a += 1) {
    await box.editConfig({ a: String(a) });
    await box.kubectl(['annotate', box.subject, `n=${a}`, '--overwrite']);
    await box.untilRolledOut();
  }
  return box;
}

describeKinds(
  'rollout undo of a pinned workload',
  (kind) => {
    test.each(kind === DEPLOYMENT ? [1, 2, 5] : [2])(
      'brings back the configuration from before %i edits, and holds it',
      async (edits) => {
        const box = await editUpTo(1 + edits, kind);
        const sets = await setsAfter(box, async () => {
          expectWarning(await undo(box, '--to-revision=1'), heldByUndo(box));
          await box.untilRolledOut();
          expect(await pinnedAnswers(box)).toEqual(['1']);
          // Later calls of users do not bump it forward.
          expectWarning(await scale(box, 4), isHeldStill(box));
          await box.apply(manifest(kind));
          await box.kubectl(['label', box.subject, 'seen=yes']);
        });
        expect(sets).toBe(0);
        expect(await pinnedAnswers(box)).toEqual(['1']);

        await box.editConfig({ a: 'next' });
        expectWarning(await scale(box, 5), rolls(box));
        await box.untilRolledOut();
        expect(await pinnedAnswers(box)).toEqual(['next']);
        expect(await isHeld(box)).toBe(false);
      },
    );

    test('twice returns to the start, and history counts each undo as a revision', async () => {
      const box = await editUpTo(2, kind);
      await undo(box);
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['1']);
      const back = await undo(box);
      // That of a Deployment brings back its annotations, too, and with them the end of the hold.
      if (kind.revisions === 'replicasets') expectSilence(back);
      else expectWarning(back, noLongerHeld(box));
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['2']);
      expect(await isHeld(box)).toBe(false);
      const { stdout } = await box.kubectl(['rollout', 'history', box.subject]);
      expect(stdout.match(/^\d+/gm)).toEqual(['3', '4']);
    });

    test.each([
      ['another image', (box: Sandbox) => box.apply(manifest(kind, 'web:2'))],
      ['rollout restart', (box: Sandbox) => box.kubectl(['rollout', 'restart', box.subject])],
    ])('is no longer held after a new template: %s', async (_, act) => {
      const box = await editUpTo(2, kind);
      await undo(box);
      expectWarning(await act(box), noLongerHeld(box));
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['2']);
      expect(await isHeld(box)).toBe(false);
    });

    test('is no longer held after a user removes the annotation', async () => {
      const box = await editUpTo(2, kind);
      await undo(box);
      expectWarning(await box.kubectl(['annotate', box.subject, `${HELD}-`]), rolls(box));
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['2']);
    });

    test('is no longer held after one edit that removes the annotation and changes the template', async () => {
      const box = await editUpTo(2, kind);
      await undo(box);
      await box.untilRolledOut();
      const template = { spec: { containers: [{ name: 'web', image: 'web:2' }] } };
      const patch = JSON.stringify({ metadata: { annotations: { [HELD]: null } }, spec: { template } });
      const edited = await box.kubectl(['patch', box.subject, '--patch', patch]);
      expectWarning(edited, noLongerHeld(box));
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['2']);
      expect(await isHeld(box)).toBe(false);
    });

    test('stays held after a replace with the manifest, which drops all annotations', async () => {
      const box = await editUpTo(2, kind);
      await undo(box);
      await box.untilRolledOut();
      const sets = await setsAfter(box, () => box.replace(manifest(kind)));
      expect(sets).toBe(0);
      expect(await isHeld(box)).toBe(true);
      expectWarning(await scale(box, 3), isHeldStill(box));
    });

    test('on a dry run warns of the effect, and changes nothing', async () => {
      const box = await editUpTo(2, kind);
      const before = await box.marks();
      expectWarning(await undo(box, '--dry-run=server'), heldByUndo(box));
      expect(await box.marks()).toEqual(before);
      expect(await isHeld(box)).toBe(false);
    });

    test('to a revision with missing copies brings back only the template, with a warning', async () => {
      const box = await editUpTo(2, kind);
      const first = (await copiesIn(box)).find(({ data }) => data?.['a'] === '1');
      await box.kubectl(['delete', 'configmap', first?.metadata.name ?? '']);
      expectWarning(await undo(box), noEffect(box));
      await box.untilRolledOut();
      expect(await pinnedAnswers(box)).toEqual(['2']);
    });
  },
  PINNED_KINDS,
);

describe('rollout undo of a pinned workload', () => {
  test('from one held revision to another with the same configuration stays held', async () => {
    const box = await editUpTo(1, DEPLOYMENT);
    await box.apply(manifest(DEPLOYMENT, 'web:2'));
    await box.untilRolledOut();
    await box.editConfig({ a: '2' });
    await box.apply(manifest(DEPLOYMENT, 'web:3'));
    await box.untilRolledOut();
    await undo(box, '--to-revision=2');
    await box.untilRolledOut();
    expectWarning(await undo(box, '--to-revision=1'), heldByUndo(box));
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['1']);
    expectWarning(await scale(box, 3), isHeldStill(box));
  });

  test('to copies that are deleted during the review does so, too', async () => {
    const box = await editUpTo(2, DEPLOYMENT);
    // Without the grace that an end by SIGTERM has: a patient lockstep takes it.
    await lockstep().start(FLAGS, UNLUCKY_MAIN);
    try {
      expectWarning(await undo(box), noEffect(box));
    } finally {
      await lockstep().start(FLAGS);
    }
    await box.untilRolledOut();
    expect((await copiesIn(box)).map(({ data }) => data?.['a'])).toEqual(['2']);
    expect(await pinnedAnswers(box)).toEqual(['2']);
    expect(await isHeld(box)).toBe(false);
  });
});
