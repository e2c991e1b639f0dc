import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { annotationsOf, PIN, pinnedAnswers } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { BASELINE, CONFIG_HASH, HELD } from '../../src/marks/names.ts';
import { REVISION_ANNOTATION } from '../../src/workloads/deployment.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { inject } from '../kit/injected.ts';
import { RESOLVED, startLateWebhook, untilCreatesHave } from '../kit/late-webhook.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ onlyApiServer: true, flags: ['--pin=on'], values: { 'pin.enabled': 'true' } });

const HELD_BY_UNDO = 'deployment/web is back at its earlier configuration, and held there';
const IS_HELD = 'deployment/web is held at an earlier configuration';
const REMOVE = 'the manifest of deployment/web has outdated lockstep.dev annotations';

/** How a manifest is applied: in the client, or in the server. */
const WAYS = [
  ['client-side', []],
  ['server-side', ['--server-side', '--force-conflicts']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

type Flags = (typeof WAYS)[number][1];

const apply = (box: Sandbox, flags: Flags, object: object) =>
  box.kubectl(['apply', ...flags, '-f', '-'], JSON.stringify(object));
const isHeld = async (box: Sandbox) => (await annotationsOf(box))[HELD] !== undefined;

/** The Deployment as `kubectl get -o yaml` shows it, without what nobody keeps. */
async function exported(box: Sandbox): Promise<object> {
  const found = await box.kubectl(['get', 'deployment', 'web', '-o', 'json']);
  const { status: _, metadata, ...rest } = JSON.parse(found.stdout);
  const { uid: _uid, resourceVersion, generation, creationTimestamp, managedFields, ...kept } = metadata;
  delete kept.annotations['kubectl.kubernetes.io/last-applied-configuration'];
  // The Deployment controller would write it again after each apply.
  delete kept.annotations[REVISION_ANNOTATION];
  return { ...rest, metadata: kept };
}

/** What the Deployment says apart from its status. A controller may still write that. */
async function stored(box: Sandbox): Promise<object> {
  const { generation } = JSON.parse(
    (await box.kubectl(['get', 'deployment', 'web', '-o', 'json'])).stdout,
  ).metadata;
  return { generation, ...(await exported(box)) };
}

describe('Invariant 4, quiet, beside a webhook that resolves tags and is called after lockstep', () => {
  let late: { stop(): Promise<void> } | undefined;
  beforeAll(async () => {
    const probe = await lockstep().sandbox(RESOLVED);
    late = await startLateWebhook(lockstep().cluster, probe);
  });
  afterAll(async () => late?.stop());

  test.each(WAYS)('%s: the same manifest rolls no Deployment without marks', async (_way, flags) => {
    const box = await lockstep().sandbox({ ...RESOLVED, 'lockstep.dev/inject': 'disabled' });
    await box.apply(configMap({ a: '1' }));
    await apply(box, flags, web());
    await box.untilRolledOut();
    await box.kubectl(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
    await untilCreatesHave(lockstep().cluster, box, CONFIG_HASH);
    const sets = await setsAfter(box, async () => {
      expectSilence(await apply(box, flags, web()));
      expect(await annotationsOf(box)).toHaveProperty([BASELINE]);
      expectSilence(await apply(box, flags, web()));
    });
    expect(sets).toBe(0);
    expect((await box.marks()).hash).toBeUndefined();
    // A new image is a new template, and comes with its hash.
    await apply(box, flags, web({ image: 'web:2' }));
    expect((await box.marks()).hash).toMatch(/^v1-/);
  });

  test.each(WAYS)('%s: the same manifest does not end a hold', async (_way, flags) => {
    const box = await lockstep().sandbox(RESOLVED);
    const manifest = web({ labels: PIN });
    await box.apply(configMap({ a: '1' }));
    await apply(box, flags, manifest);
    await box.untilRolledOut();
    await box.editConfig({ a: '2' });
    expectWarning(await apply(box, flags, manifest), WEB_ROLLS);
    await box.untilRolledOut();
    expectWarning(await box.kubectl(['rollout', 'undo', 'deployment/web']), HELD_BY_UNDO);
    const sets = await setsAfter(box, async () => {
      expectWarning(await apply(box, flags, manifest), IS_HELD);
      expectWarning(await scale(box, 3), IS_HELD);
    });
    expect(sets).toBe(0);
    expect(await pinnedAnswers(box)).toEqual(['1']);
    // The user still ends it.
    expectWarning(await box.kubectl(['annotate', 'deployment/web', `${HELD}-`]), WEB_ROLLS);
    await box.untilRolledOut();
    expect(await pinnedAnswers(box)).toEqual(['2']);
  });
});

describe('a manifest that was exported with the marks of its day', () => {
  const CASES = [
    ['client-side, pinned', WAYS[0][1], PIN],
    ['client-side, not pinned', WAYS[0][1], {}],
    ['server-side, pinned', WAYS[1][1], PIN],
  ] as const satisfies readonly (readonly [string, Flags, object])[];

  test.each(CASES)('%s: brings no old configuration back, and comes clean', async (_case, flags, labels) => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }));
    await apply(box, flags, web({ labels }));
    await box.untilRolledOut();
    const manifest = await exported(box);
    await box.editConfig({ a: '2' });
    await box.kubectl(['rollout', 'restart', 'deployment/web']);
    await box.untilRolledOut();
    const today = await box.marks();
    expectWarning(await apply(box, flags, manifest), REMOVE);
    expect(await box.marks()).toEqual(today);
    const clean = await stored(box);
    expectWarning(await apply(box, flags, manifest), REMOVE);
    expect(await box.marks()).toEqual(today);
    expect(await stored(box)).toEqual(clean);

    await box.editConfig({ a: '3' });
    expectWarning(await apply(box, flags, manifest), WEB_ROLLS);
    const later = await box.marks();
    expect(later.hash).not.toBe(today.hash);
    await box.untilRolledOut();
    await apply(box, flags, manifest);
    expect(await box.marks()).toEqual(later);
    expect(await isHeld(box)).toBe(false);
  });

  test.each(WAYS)(
    '%s: an undo to its revision is held, and the manifest leaves it held',
    async (_way, flags) => {
      const box = await lockstep().sandbox();
      await box.apply(configMap({ a: '1' }));
      await apply(box, flags, web({ labels: PIN }));
      await box.untilRolledOut();
      const manifest = await exported(box);
      await apply(box, flags, manifest);
      await box.editConfig({ a: '2' });
      expectWarning(await box.kubectl(['annotate', 'deployment/web', 'n=1']), WEB_ROLLS);
      await box.untilRolledOut();
      expectWarning(await box.kubectl(['rollout', 'undo', 'deployment/web']), HELD_BY_UNDO);
      const sets = await setsAfter(box, async () => {
        await apply(box, flags, manifest);
        expectWarning(await scale(box, 4), IS_HELD);
      });
      expect(sets).toBe(0);
      expect(await pinnedAnswers(box)).toEqual(['1']);
    },
  );
});

describe('a controller that copies the annotations of one template onto another', () => {
  test('neither rolls it, nor holds it, nor writes it again and again', async () => {
    const box = await lockstep().sandbox();
    const canary = JSON.parse(JSON.stringify(web({ labels: PIN })).replaceAll('"web"', '"canary"'));
    await box.apply(configMap({ a: '1' }), web({ labels: PIN }), canary);
    await box.untilRolledOut();
    // Only the canary rolls with the edit, so its marks are not those of a revision of `web`.
    await box.editConfig({ a: '2' });
    await box.kubectl(['annotate', 'deployment/canary', 'n=1']);
    await box.editConfig({ a: '3' });
    await box.kubectl(['annotate', 'deployment/web', 'n=1']);
    await box.untilRolledOut();
    const marks = await box.marks();
    const found = await box.kubectl(['get', 'deployment', 'canary', '-o', 'json']);
    const { annotations } = JSON.parse(found.stdout).spec.template.metadata;
    const copy = () =>
      box.kubectl([
        'patch',
        'deployment',
        'web',
        '--field-manager=flagger',
        `--patch=${JSON.stringify({ spec: { template: { metadata: { annotations } } } })}`,
      ]);
    const sets = await setsAfter(box, async () => {
      expectSilence(await copy());
      const clean = await stored(box);
      expectSilence(await copy());
      expectSilence(await copy());
      expect(await stored(box)).toEqual(clean);
    });
    expect(sets).toBe(0);
    expect(await box.marks()).toEqual(marks);
    expect(await isHeld(box)).toBe(false);
  });
});

describe('the output of `inject`', () => {
  /** Applies what is in the repository on that day, with its marks. Another owner of a field would be a conflict. */
  async function applyInjected(box: Sandbox, a: string, web: object) {
    const files = { 'app.json': JSON.stringify(configMap({ a })), 'web.json': JSON.stringify(web) };
    const { output, warnings } = await inject(files, { namespace: box.namespace });
    expect(warnings).toEqual([]);
    return box.kubectl(['apply', '--server-side', '-f', '-'], output);
  }
  /** Any other edit would be a conflict of the ConfigMap. */
  const edit = (box: Sandbox, a: string) =>
    box.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(configMap({ a })));
  const managers = async (box: Sandbox): Promise<unknown[]> => {
    const args = ['get', 'deployment', 'web', '--show-managed-fields', '-o', 'json'];
    const { metadata } = JSON.parse((await box.kubectl(args)).stdout);
    return metadata.managedFields.map(({ manager }: { manager: string }) => manager);
  };
  /** The marks are today's, so the warning is about the edit alone. */
  const expectOnlyRoll = (result: CommandResult) => {
    expectWarning(result, WEB_ROLLS);
    expect(result.stderr).not.toContain(REMOVE);
  };
  /** As a manifest beside an HPA: without replicas. */
  const manifest = () => {
    const { spec, ...rest } = JSON.parse(JSON.stringify(web()));
    return { ...rest, spec: { ...spec, replicas: undefined } };
  };

  test('is applied server-side after edits and scales without a conflict', async () => {
    const box = await lockstep().sandbox();
    expectSilence(await applyInjected(box, '1', manifest()));
    for (const [edited, replicas] of [
      ['2', 3],
      ['3', 4],
    ] as const) {
      await box.untilRolledOut();
      await edit(box, edited);
      expectWarning(await scale(box, replicas), WEB_ROLLS);
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
    expectOnlyRoll(await applyInjected(box, '4', manifest()));
    await box.untilRolledOut();
    expectSilence(await scale(box, 5));
  });

  test('is taken up later, for a Deployment that lockstep alone has marked', async () => {
    const box = await lockstep().sandbox();
    await edit(box, '1');
    await box.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(manifest()));
    await box.untilRolledOut();
    await edit(box, '2');
    expectWarning(await scale(box, 3), WEB_ROLLS);
    await box.untilRolledOut();
    expectOnlyRoll(await applyInjected(box, '3', manifest()));
    await box.untilRolledOut();
  });
});
