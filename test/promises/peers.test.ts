/** Reloader's and Wave's annotations, read as lockstep's own, and docs/migrating.md. None of these programs runs here. */
import { describe, expect, test } from 'vitest';
import { DEPLOYMENT, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, type WebOptions } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds } from '../kit/kinds.ts';
import { scaleUp, setsAfter } from '../kit/rollouts.ts';
import { manage, UNMANAGED } from '../kit/unmanaged.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';
import { sandboxOf, sourceIds } from './sandbox-with.ts';

const COMPAT = [...PATIENT.flags, '--compat', 'reloader,wave'];
const lockstep = useLockstep({ sent: true, onlyApiServer: true, ...PATIENT, flags: COMPAT });

const AUTO = 'reloader.stakater.com/auto';
const RELOAD = 'configmap.reloader.stakater.com/reload';
const PAUSE = 'deployment.reloader.stakater.com/pause-period';
const WAVE = 'wave.pusher.com/update-on-config-change';
const WAVE_HASH = 'wave.pusher.com/config-hash';

const BOTH = {
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ configMapRef: { name: 'app' } }, { configMapRef: { name: 'flags' } }],
    },
  ],
};
const SOURCES = [configMap({ a: '1' }), configMap({ x: '1' }, 'flags')];

const annotate = (box: Sandbox, object: string, ...annotations: string[]) =>
  box.kubectl(['annotate', '--overwrite', object, ...annotations]);

describeKinds('annotations of peers', (kind) => {
  const running = (annotations: WebOptions['annotations'] = {}) =>
    sandboxOf(kind, lockstep(), ...SOURCES, kind.web({ annotations, podSpec: BOTH }));

  test('a list of names is all that rolls; auto "false" keeps lockstep out', async () => {
    const box = await running({ [RELOAD]: 'app' });
    expect(await sourceIds(box)).toEqual(['configmap/app']);
    await box.editConfig({ x: '2' }, 'flags');
    expectSilence(await scaleUp(box));
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), rolls(box));
    await annotate(box, box.subject, `${RELOAD}-`, `${AUTO}=false`);
    await box.editConfig({ a: '3' });
    expectSilence(await scaleUp(box));
  });

  test('Invariant 4, quiet: adding, changing and removing them restarts no pod', async () => {
    const box = await running();
    const sets = await setsAfter(box, async () => {
      for (const annotation of [
        `${RELOAD}=flags`,
        `${AUTO}=true`,
        'configmaps.exclude.reloader.stakater.com/reload=app',
        `${RELOAD}-`,
        `${AUTO}=false`,
        `${AUTO}-`,
        `${WAVE}=true`,
        'wave.pusher.com/extra-configmaps=app,more',
        `${WAVE}-`,
      ]) {
        expectSilence(await annotate(box, box.subject, annotation));
        expectSilence(await scaleUp(box));
      }
    });
    expect(sets).toBe(0);
  });
});

test('with search, a source says itself whether it counts; Reloader’s ignore on a source is one', async () => {
  const annotations = { 'reloader.stakater.com/search': 'true' };
  const web = DEPLOYMENT.web({ annotations, podSpec: BOTH });
  const box = await sandboxOf(DEPLOYMENT, lockstep(), ...SOURCES, web);
  expect(await sourceIds(box)).toEqual([]);
  const sets = await setsAfter(box, async () => {
    await annotate(box, 'configmap/app', 'reloader.stakater.com/match=true');
    expectSilence(await scaleUp(box));
  });
  expect(sets).toBe(0);
  await box.editConfig({ a: '2' });
  await box.editConfig({ x: '2' }, 'flags');
  expectWarning(await scaleUp(box), rolls(box));
  await annotate(box, 'configmap/app', 'reloader.stakater.com/ignore=true');
  await box.editConfig({ a: '3' });
  expectSilence(await scaleUp(box));
});

test('what cannot be followed is said in the call that brings it, and not again', async () => {
  const box = await lockstep().sandbox();
  const text = `annotation ${PAUSE} on deployment/web: "5m" cannot be followed`;
  const web = (more: WebOptions) =>
    DEPLOYMENT.web({ annotations: { [AUTO]: 'true', [PAUSE]: '5m' }, podSpec: BOTH, ...more });
  expectWarning(await box.apply(...SOURCES, web({})), text);
  await box.untilRolledOut();
  expectSilence(await scaleUp(box));
  expectSilence(await annotate(box, box.subject, 'note=1'));
  await box.editConfig({ a: '2' });
  expect((await scaleUp(box)).stderr).not.toContain(PAUSE);
  expectWarning(
    await annotate(box, box.subject, 'wave.pusher.com/extra-configmaps=other/x', `${WAVE}=true`),
    'annotation wave.pusher.com/extra-configmaps on deployment/web: "other/x" is in another namespace',
  );
});

/** `web` as a peer has left it: lockstep has never seen it. */
async function leftBy(kind: typeof DEPLOYMENT, options: WebOptions, leftover: object): Promise<Sandbox> {
  const box = await lockstep().sandbox(UNMANAGED, kind);
  await box.apply(configMap({ a: '1' }), kind.web(options));
  await box.kubectl(['patch', box.subject, '--patch', JSON.stringify(leftover)]);
  return box;
}

const templateWith = (template: object) => ({ spec: { template } });
const TEMPLATE_ANNOTATIONS = ['spec', 'template', 'metadata', 'annotations'];
const ENV = ['spec', 'template', 'spec', 'containers', 0, 'env'];
const CHECKSUM = (text: string) => templateWith({ metadata: { annotations: { 'checksum/config': text } } });

describe('docs/migrating.md', () => {
  const env = [{ name: 'STAKATER_APP_CONFIGMAP', value: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }];
  const FROM_RELOADER = templateWith({
    metadata: { annotations: { 'reloader.stakater.com/last-reloaded-from': '{"name":"app"}' } },
    spec: { containers: [{ name: 'web', env }] },
  });

  test('from Reloader: lockstep adopts the workload as it is; leftovers go with the next release, in one rollout', async () => {
    const box = await leftBy(DEPLOYMENT, { annotations: { [AUTO]: 'true' } }, FROM_RELOADER);
    await box.untilRolledOut();
    const leftover = [...TEMPLATE_ANNOTATIONS, 'reloader.stakater.com/last-reloaded-from'];
    const before = await box.read('deployments', 'web');
    expect(before).toHaveProperty(ENV);
    expect(before).toHaveProperty(leftover);
    expect(await setsAfter(box, () => manage(lockstep(), box).then(() => scaleUp(box)))).toBe(0);
    const sets = await setsAfter(box, async () => {
      await box.kubectl(['rollout', 'pause', box.subject]);
      await box.kubectl(['set', 'env', box.subject, 'STAKATER_APP_CONFIGMAP-']);
      const nothing = { metadata: { annotations: { 'reloader.stakater.com/last-reloaded-from': null } } };
      await box.kubectl(['patch', box.subject, '--patch', JSON.stringify(templateWith(nothing))]);
      await box.kubectl(['set', 'image', box.subject, 'web=web:2']);
      await box.kubectl(['rollout', 'resume', box.subject]);
    });
    expect(sets).toBe(1);
    const left = await box.read('deployments', 'web');
    expect(left).not.toHaveProperty(ENV);
    expect(left).not.toHaveProperty(leftover);
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), rolls(box));
  });

  test('from Reloader: a StatefulSet loses them together with the new release by a replace', async () => {
    const box = await leftBy(STATEFUL_SET, {}, FROM_RELOADER);
    await box.untilRolledOut();
    await manage(lockstep(), box);
    const sets = await setsAfter(box, () => box.replace(STATEFUL_SET.web({ image: 'web:2' })));
    expect(sets).toBe(1);
    expect(await box.read('statefulsets', 'web')).not.toHaveProperty(ENV);
  });

  test('from Wave: pods that wait for its scheduler start, and one patch takes away all that it left', async () => {
    const box = await lockstep().sandbox(UNMANAGED);
    const annotations = { [WAVE]: 'true', 'wave.pusher.com/scheduling-disabled': 'default-scheduler' };
    await box.apply(DEPLOYMENT.web({ annotations }));
    await box.kubectl([
      'patch',
      box.subject,
      '--patch',
      JSON.stringify({
        metadata: { finalizers: ['wave.pusher.com/finalizer'] },
        ...templateWith({
          metadata: { annotations: { [WAVE_HASH]: 'x' } },
          spec: { schedulerName: 'wave.pusher.com/invalid' },
        }),
      }),
    ]);
    await manage(lockstep(), box);
    await box.apply(configMap({ a: '1' }));
    const sets = await setsAfter(box, () =>
      box.kubectl([
        'patch',
        box.subject,
        '--type=merge',
        '--patch',
        JSON.stringify({
          metadata: { finalizers: null, annotations: { 'wave.pusher.com/scheduling-disabled': null } },
          ...templateWith({
            metadata: { annotations: { [WAVE_HASH]: null } },
            spec: { schedulerName: 'default-scheduler' },
          }),
        }),
      ]),
    );
    expect(sets).toBe(1);
    expect(await sourceIds(box)).toEqual(['configmap/app']);
    const left = await box.read('deployments', 'web');
    expect(left).not.toHaveProperty('metadata.finalizers');
    expect(left).not.toHaveProperty([...TEMPLATE_ANNOTATIONS, WAVE_HASH]);
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), rolls(box));
  });

  test('from Helm checksums: a release with a new checksum rolls once, and so does the one that drops it', async () => {
    const box = await leftBy(DEPLOYMENT, {}, CHECKSUM('1'));
    await box.untilRolledOut();
    await manage(lockstep(), box);
    const patch = (of: object) => box.kubectl(['patch', box.subject, '--patch', JSON.stringify(of)]);
    const released = await setsAfter(box, async () => {
      await box.editConfig({ a: '2' });
      await patch(CHECKSUM('2'));
      expectSilence(await scaleUp(box));
    });
    expect(released).toBe(1);
    const dropped = await setsAfter(box, () =>
      patch(
        templateWith({
          metadata: { annotations: { 'checksum/config': null } },
          spec: { containers: [{ name: 'web', image: 'web:2' }] },
        }),
      ),
    );
    expect(dropped).toBe(1);
  });
});

// The last one, because it leaves another program behind.
test('switching --compat off and on restarts no pod; on, an annotation asks as lockstep.dev/inject does', async () => {
  const annotations = { [RELOAD]: 'app,more' };
  const box = await sandboxOf(
    DEPLOYMENT,
    lockstep(),
    ...SOURCES,
    DEPLOYMENT.web({ annotations, podSpec: BOTH }),
  );
  const sets = await setsAfter(box, async () => {
    await lockstep().restart(PATIENT.flags);
    expectSilence(await scaleUp(box));
    await lockstep().restart([...COMPAT, '--inject-default', 'disabled']);
    expectSilence(await scaleUp(box));
  });
  expect(sets).toBe(0);
  await box.editConfig({ a: '2' });
  expectWarning(await scaleUp(box), rolls(box));
});
