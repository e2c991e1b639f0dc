import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { annotationsOf, PIN, pinnedAnswers } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { BASELINE, CONFIG_HASH, HELD } from '../../src/marks/names.ts';
import { REVISION_ANNOTATION } from '../../src/workloads/deployment.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { inject } from '../kit/injected.ts';
import { describeKinds, PINNED_KINDS } from '../kit/kinds.ts';
import { RESOLVED, startLateWebhook, untilCreatesHave } from '../kit/late-webhook.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({
  onlyApiServer: true,
  flags: [...PATIENT.flags, '--pin=on'],
  values: { ...PATIENT.values, 'pin.enabled': 'true' },
});

const heldByUndo = ({ subject }: Sandbox) =>
  `${subject} is back at its earlier configuration, and held there`;
const heldWarning = ({ subject }: Sandbox) => `${subject} is held at an earlier configuration`;
const outdated = ({ subject }: Sandbox) => `the manifest of ${subject} has outdated lockstep.dev annotations`;

/** How a manifest is applied: in the client, or in the server. */
const WAYS = [
  ['client-side', []],
  ['server-side', ['--server-side', '--force-conflicts']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

type Flags = (typeof WAYS)[number][1];

const apply = (box: Sandbox, flags: Flags, object: object) =>
  box.kubectl(['apply', ...flags, '-f', '-'], JSON.stringify(object));
const isHeld = async (box: Sandbox) => (await annotationsOf(box))[HELD] !== undefined;

/** Annotations that tools and controllers would write again after each apply. */
const NOT_KEPT = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.daemonset.template.generation',
  REVISION_ANNOTATION,
];

/** The workload as `kubectl get -o yaml` shows it, without what nobody keeps. */
async function exported(box: Sandbox): Promise<object> {
  const found = await box.kubectl(['get', box.subject, '-o', 'json']);
  const { status: _, metadata, ...rest } = JSON.parse(found.stdout);
  const { uid: _uid, resourceVersion, generation, creationTimestamp, managedFields, ...kept } = metadata;
  // A StatefulSet that was applied in the server has no annotations.
  const annotations = Object.entries(kept.annotations ?? {}).filter(([name]) => !NOT_KEPT.includes(name));
  return { ...rest, metadata: { ...kept, annotations: Object.fromEntries(annotations) } };
}

/** What the workload says apart from its status. A controller may still write that. */
async function stored(box: Sandbox): Promise<object> {
  const { generation } = JSON.parse((await box.kubectl(['get', box.subject, '-o', 'json'])).stdout).metadata;
  return { generation, ...(await exported(box)) };
}

describe('Invariant 4, quiet, beside a webhook that resolves tags and is called after lockstep', () => {
  let late: { stop(): Promise<void> } | undefined;
  beforeAll(async () => {
    const probe = await lockstep().sandbox(RESOLVED);
    late = await startLateWebhook(lockstep().cluster, probe);
  });
  afterAll(async () => late?.stop());

  describeKinds('the same manifest', (kind) => {
    test.each(WAYS)('%s: rolls no workload without marks', async (_way, flags) => {
      const box = await lockstep().sandbox({ ...RESOLVED, 'lockstep.dev/inject': 'disabled' }, kind);
      await box.apply(configMap({ a: '1' }));
      await apply(box, flags, kind.web());
      await box.untilRolledOut();
      await box.kubectl(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
      await untilCreatesHave(lockstep().cluster, box, CONFIG_HASH);
      const sets = await setsAfter(box, async () => {
        expectSilence(await apply(box, flags, kind.web()));
        expect(await annotationsOf(box)).toHaveProperty([BASELINE]);
        expectSilence(await apply(box, flags, kind.web()));
      });
      expect(sets).toBe(0);
      expect((await box.marks()).hash).toBeUndefined();
      // A new image is a new template, and comes with its hash.
      await apply(box, flags, kind.web({ image: 'web:2' }));
      expect((await box.marks()).hash).toMatch(/^v1-/);
    });
  });

  describeKinds(
    'the same manifest, of a pinned workload',
    (kind) => {
      test.each(WAYS)('%s: does not end a hold', async (_way, flags) => {
        const box = await lockstep().sandbox(RESOLVED, kind);
        const manifest = kind.web({ labels: PIN });
        await box.apply(configMap({ a: '1' }));
        await apply(box, flags, manifest);
        await box.untilRolledOut();
        await box.editConfig({ a: '2' });
        expectWarning(await apply(box, flags, manifest), rolls(box));
        await box.untilRolledOut();
        expectWarning(await box.kubectl(['rollout', 'undo', box.subject]), heldByUndo(box));
        const sets = await setsAfter(box, async () => {
          expectWarning(await apply(box, flags, manifest), heldWarning(box));
          expectWarning(await scale(box, 3), heldWarning(box));
        });
        expect(sets).toBe(0);
        expect(await pinnedAnswers(box)).toEqual(['1']);
        // The user still ends it.
        expectWarning(await box.kubectl(['annotate', box.subject, `${HELD}-`]), rolls(box));
        await box.untilRolledOut();
        expect(await pinnedAnswers(box)).toEqual(['2']);
      });
    },
    PINNED_KINDS,
  );
});

describeKinds('a manifest that was exported with the marks of its day', (kind) => {
  const CASES = [
    ['client-side, pinned', WAYS[0][1], PIN],
    ['client-side, not pinned', WAYS[0][1], {}],
    ['server-side, pinned', WAYS[1][1], PIN],
  ] as const satisfies readonly (readonly [string, Flags, object])[];

  const cases = CASES.filter(([, , labels]) => labels !== PIN || PINNED_KINDS.includes(kind));
  test.each(cases)('%s: brings no old configuration back, and comes clean', async (_case, flags, labels) => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }));
    await apply(box, flags, kind.web({ labels }));
    await box.untilRolledOut();
    const manifest = await exported(box);
    await box.editConfig({ a: '2' });
    await box.kubectl(['rollout', 'restart', box.subject]);
    await box.untilRolledOut();
    const today = await box.marks();
    expectWarning(await apply(box, flags, manifest), outdated(box));
    expect(await box.marks()).toEqual(today);
    const clean = await stored(box);
    expectWarning(await apply(box, flags, manifest), outdated(box));
    expect(await box.marks()).toEqual(today);
    expect(await stored(box)).toEqual(clean);

    await box.editConfig({ a: '3' });
    expectWarning(await apply(box, flags, manifest), rolls(box));
    const later = await box.marks();
    expect(later.hash).not.toBe(today.hash);
    await box.untilRolledOut();
    await apply(box, flags, manifest);
    expect(await box.marks()).toEqual(later);
    expect(await isHeld(box)).toBe(false);
  });
});

describeKinds(
  'a manifest that was exported with the marks of its day, of a pinned workload',
  (kind) => {
    test.each(WAYS)(
      '%s: an undo to its revision is held, and the manifest leaves it held',
      async (_way, flags) => {
        const box = await lockstep().sandbox({}, kind);
        await box.apply(configMap({ a: '1' }));
        await apply(box, flags, kind.web({ labels: PIN }));
        await box.untilRolledOut();
        const manifest = await exported(box);
        await apply(box, flags, manifest);
        await box.editConfig({ a: '2' });
        expectWarning(await box.kubectl(['annotate', box.subject, 'n=1']), rolls(box));
        await box.untilRolledOut();
        expectWarning(await box.kubectl(['rollout', 'undo', box.subject]), heldByUndo(box));
        const sets = await setsAfter(box, async () => {
          await apply(box, flags, manifest);
          expectWarning(await scale(box, 4), heldWarning(box));
        });
        expect(sets).toBe(0);
        expect(await pinnedAnswers(box)).toEqual(['1']);
      },
    );
  },
  PINNED_KINDS,
);

describeKinds('a controller that copies the annotations of one template onto another', (kind) => {
  // Without pin, lockstep reads no revisions to tell it from an undo, so the warning is that of an undo.
  const looksLikeUndo = (box: Sandbox, result: CommandResult) =>
    expectWarning(result, `undo of ${box.subject} changes nothing: only configuration differed`);
  test.each([
    ['pinned', PIN, (_: Sandbox, result: CommandResult) => expectSilence(result)],
    ['not pinned', {}, looksLikeUndo],
  ])(
    '%s: neither rolls it, nor holds it, nor writes it again and again',
    async (_case, labels, expectTold) => {
      const box = await lockstep().sandbox({}, kind);
      const canary = JSON.parse(JSON.stringify(kind.web({ labels })).replaceAll('"web"', '"canary"'));
      await box.apply(configMap({ a: '1' }), kind.web({ labels }), canary);
      await box.untilRolledOut();
      // Only the canary rolls with the edit, so its marks are not those of a revision of `web`.
      await box.editConfig({ a: '2' });
      await box.kubectl(['annotate', `${kind.word}/canary`, 'n=1']);
      await box.editConfig({ a: '3' });
      await box.kubectl(['annotate', box.subject, 'n=1']);
      await box.untilRolledOut();
      const marks = await box.marks();
      const found = await box.kubectl(['get', kind.word, 'canary', '-o', 'json']);
      const { annotations } = JSON.parse(found.stdout).spec.template.metadata;
      const copy = () =>
        box.kubectl([
          'patch',
          box.subject,
          '--field-manager=flagger',
          `--patch=${JSON.stringify({ spec: { template: { metadata: { annotations } } } })}`,
        ]);
      const sets = await setsAfter(box, async () => {
        expectTold(box, await copy());
        const clean = await stored(box);
        expectTold(box, await copy());
        expectTold(box, await copy());
        expect(await stored(box)).toEqual(clean);
      });
      expect(sets).toBe(0);
      expect(await box.marks()).toEqual(marks);
      expect(await isHeld(box)).toBe(false);
    },
  );
});

describeKinds('the output of `inject`', (kind) => {
  /** Applies what is in the repository on that day, with its marks. Another owner of a field would be a conflict. */
  async function applyInjected(box: Sandbox, a: string, manifest: object) {
    const files = { 'app.json': JSON.stringify(configMap({ a })), 'web.json': JSON.stringify(manifest) };
    const { output, warnings } = await inject(files, { namespace: box.namespace });
    expect(warnings).toEqual([]);
    return box.kubectl(['apply', '--server-side', '-f', '-'], output);
  }
  /** Any other edit would be a conflict of the ConfigMap. */
  const edit = (box: Sandbox, a: string) =>
    box.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(configMap({ a })));
  const managers = async (box: Sandbox): Promise<unknown[]> => {
    const args = ['get', box.subject, '--show-managed-fields', '-o', 'json'];
    const { metadata } = JSON.parse((await box.kubectl(args)).stdout);
    return metadata.managedFields.map(({ manager }: { manager: string }) => manager);
  };
  /** The marks are today's, so the warning is about the edit alone. */
  const expectOnlyRoll = (box: Sandbox, result: CommandResult) => {
    expectWarning(result, rolls(box));
    expect(result.stderr).not.toContain(outdated(box));
  };
  /** As a manifest beside an HPA: without replicas. */
  const manifest = () => {
    const { spec, ...rest } = JSON.parse(JSON.stringify(kind.web()));
    return { ...rest, spec: { ...spec, replicas: undefined } };
  };

  test('is applied server-side after edits and scales without a conflict', async () => {
    const box = await lockstep().sandbox({}, kind);
    expectSilence(await applyInjected(box, '1', manifest()));
    for (const [edited, replicas] of [
      ['2', 3],
      ['3', 4],
    ] as const) {
      await box.untilRolledOut();
      await edit(box, edited);
      expectWarning(await scale(box, replicas), rolls(box));
      expect(await managers(box)).not.toContain('lockstep');
    }
    await box.untilRolledOut();
    const sets = await setsAfter(box, async () => {
      // The repository has the last edit by now: nothing is to be done.
      const { hash } = await box.marks();
      expectSilence(await applyInjected(box, '3', manifest()));
      expect((await box.marks()).hash).toBe(hash);
    });
    expect(sets).toBe(0);
    expectOnlyRoll(box, await applyInjected(box, '4', manifest()));
    await box.untilRolledOut();
    expectSilence(await scale(box, 5));
  });

  test('is taken up later, for a workload that lockstep alone has marked', async () => {
    const box = await lockstep().sandbox({}, kind);
    await edit(box, '1');
    await box.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(manifest()));
    await box.untilRolledOut();
    await edit(box, '2');
    expectWarning(await scale(box, 3), rolls(box));
    await box.untilRolledOut();
    expectOnlyRoll(box, await applyInjected(box, '3', manifest()));
    await box.untilRolledOut();
  });
});
