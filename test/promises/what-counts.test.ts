import { describe, expect, test } from 'vitest';
import { DEPLOYMENT } from '../../lab/lockstep/kinds.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, rolls } from '../kit/expectations.ts';
import { describeKinds, forKinds, onEach, SCALED_KINDS } from '../kit/kinds.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scaleUp, setsAfter } from '../kit/rollouts.ts';
import { PATIENT, useLockstep } from '../kit/use-lockstep.ts';
import { sandboxOf, sandboxWith, sourceIds } from './sandbox-with.ts';

const lockstep = useLockstep({ onlyApiServer: true, ...PATIENT });

const annotate = (box: Sandbox, object: string, annotation: string) =>
  box.kubectl(['annotate', '--overwrite', object, annotation]);

/** Which sources count is read from annotations, which do not differ by kind. */
const ONE_KIND = [DEPLOYMENT];

describeKinds(
  'lockstep.dev/ignore',
  (kind) => {
    test('on a workload: an ignored source, and an ignored key, roll nothing', async () => {
      const annotations = { 'lockstep.dev/ignore': 'configmap/flags, configmap/app#log.*' };
      const both = {
        containers: [
          {
            name: 'web',
            image: 'web:1',
            envFrom: [{ configMapRef: { name: 'app' } }, { configMapRef: { name: 'flags' } }],
          },
        ],
      };
      const box = await sandboxOf(
        kind,
        lockstep(),
        configMap({ a: '1', 'log.level': 'info' }),
        configMap({ x: '1' }, 'flags'),
        kind.web({ annotations, podSpec: both }),
      );
      expect(await sourceIds(box)).toEqual(['configmap/app']);
      await box.editConfig({ 'log.level': 'debug' });
      await box.editConfig({ x: '2' }, 'flags');
      expectSilence(await scaleUp(box));
      await box.editConfig({ a: '2' });
      expectWarning(await scaleUp(box), rolls(box));
    });

    test('on a source: with "true" it counts nowhere; another value is named and has no effect', async () => {
      const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web());
      expectWarning(
        await (async () => {
          await annotate(box, 'configmap/app', 'lockstep.dev/ignore=yes');
          return scaleUp(box);
        })(),
        'annotation lockstep.dev/ignore="yes" on configmap/app is neither true nor false: ignored',
      );
      await annotate(box, 'configmap/app', 'lockstep.dev/ignore=true');
      await box.editConfig({ a: '2' });
      expectSilence(await scaleUp(box));
      await annotate(box, 'configmap/app', 'lockstep.dev/ignore=false');
      expectWarning(await scaleUp(box), rolls(box));
    });
  },
  ONE_KIND,
);

describeKinds('lockstep.dev/ignore', (kind) => {
  test('Invariant 4, quiet: adding it to a running workload, or removing it, restarts no pod', async () => {
    const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), kind.web());
    const sets = await setsAfter(box, async () => {
      for (const annotation of [
        'lockstep.dev/ignore=configmap/app',
        'lockstep.dev/ignore=configmap/app#a',
        'lockstep.dev/ignore-',
        'lockstep.dev/include=configmap/app',
      ]) {
        expectSilence(await annotate(box, box.subject, annotation));
        expectSilence(await scaleUp(box));
      }
    });
    expect(sets).toBe(0);
  });
});

describeKinds('lockstep.dev/only', (kind) => {
  const both = {
    containers: [
      {
        name: 'web',
        image: 'web:1',
        envFrom: [{ configMapRef: { name: 'app' } }, { configMapRef: { name: 'flags' } }],
      },
    ],
  };
  const objects = (annotations: Record<string, string> = {}) => [
    configMap({ a: '1', b: '1' }),
    configMap({ x: '1' }, 'flags'),
    kind.web({ annotations, podSpec: both }),
  ];

  test('nothing but what it lists rolls the workload; a name that the template lacks is named', async () => {
    const box = await lockstep().sandbox({}, kind);
    expectWarning(
      await box.apply(...objects({ 'lockstep.dev/only': 'configmap/app#a, configmap/typo' })),
      `annotation lockstep.dev/only on ${box.subject}: "configmap/typo" is not what the pod template refers to: ignored`,
    );
    expect(await sourceIds(box)).toEqual(['configmap/app']);
    await box.untilRolledOut();
    await box.editConfig({ b: '2' });
    await box.editConfig({ x: '2' }, 'flags');
    expect((await scaleUp(box)).stderr).not.toContain('roll');
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), rolls(box));
  });

  test('Invariant 4, quiet: adding, changing and removing it restarts no pod', async () => {
    const box = await sandboxOf(kind, lockstep(), ...objects());
    const sets = await setsAfter(box, async () => {
      for (const annotation of [
        'lockstep.dev/only=configmap/flags',
        'lockstep.dev/only=configmap/app#a',
        'lockstep.dev/only=configmap/app#b,configmap/flags',
        'lockstep.dev/only=secret/*',
        'lockstep.dev/only-',
      ]) {
        expectSilence(await annotate(box, box.subject, annotation));
        expectSilence(await scaleUp(box));
      }
    });
    expect(sets).toBe(0);
    await box.editConfig({ x: '2' }, 'flags');
    expectWarning(await scaleUp(box), rolls(box, 'configmap/flags'));
  });
});

describeKinds(
  'lockstep.dev/include',
  (kind) => {
    test('a source that the app reads through the API counts', async () => {
      const annotations = { 'lockstep.dev/include': 'configmap/remote#a' };
      const none = { containers: [{ name: 'web', image: 'web:1' }] };
      const box = await sandboxOf(
        kind,
        lockstep(),
        configMap({ a: '1', b: '1' }, 'remote'),
        kind.web({ annotations, podSpec: none }),
      );
      expect(await sourceIds(box)).toEqual(['configmap/remote']);
      await box.editConfig({ b: '2' }, 'remote');
      expectSilence(await scaleUp(box));
      await box.editConfig({ a: '2' }, 'remote');
      expectWarning(await scaleUp(box), rolls(box, 'configmap/remote'));
    });
  },
  ONE_KIND,
);

describeKinds(
  'lockstep.dev/roll-on',
  (kind) => {
    test('keeps a call from rolling, with a warning; the next call that may roll does', async () => {
      const box = await sandboxOf(
        kind,
        lockstep(),
        configMap({ a: '1' }),
        kind.web({ annotations: { 'lockstep.dev/roll-on': 'create,update' } }),
      );
      await box.editConfig({ a: '2' });
      expectWarning(
        await scaleUp(box),
        `configmap/app changed; ${box.subject} does not roll on this (lockstep.dev/roll-on): its pods may differ`,
      );
      expectWarning(await box.kubectl(['annotate', box.subject, 'note=1']), rolls(box));
      await box.untilRolledOut();
    });

    test('counts an update of nothing but replicas as a scale, with every client', async () => {
      const annotations = { 'lockstep.dev/roll-on': 'create,update' };
      const manifest = (replicas: number, more: object = {}) => kind.web({ annotations, replicas, ...more });
      const patch = (change: object) => () =>
        box.kubectl(['patch', box.subject, '--patch', JSON.stringify(change)]);
      const box = await sandboxOf(kind, lockstep(), configMap({ a: '1' }), manifest(2));
      await box.editConfig({ a: '2' });
      const before = await box.marks();
      for (const call of [
        patch({ spec: { replicas: 3 } }),
        () => box.apply(manifest(4)),
        () => box.replace(manifest(5)),
        () => box.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], list(manifest(6))),
        () =>
          lockstep().cluster.kubectlOk(['-n', box.namespace, 'edit', box.subject], {
            env: { KUBE_EDITOR: "sed -i 's/^  replicas: 6$/  replicas: 7/'" },
          }),
        patch({ spec: { replicas: 1 } }),
      ]) {
        expectWarning(await call(), `configmap/app changed; ${box.subject} does not roll on this`);
        expect(await box.marks()).toEqual(before);
      }
      // A label beside it makes it an update.
      expectWarning(await patch({ metadata: { labels: { x: 'y' } }, spec: { replicas: 2 } })(), rolls(box));
      await box.editConfig({ a: '3' });
      await box.kubectl(['annotate', '--overwrite', box.subject, 'lockstep.dev/roll-on=scale']);
      expectWarning(
        await patch({ metadata: { labels: { x: 'z' } } })(),
        `configmap/app changed; ${box.subject} does not roll on this`,
      );
      expectWarning(await patch({ spec: { replicas: 3 } })(), rolls(box));
    });
  },
  SCALED_KINDS,
);

describeKinds(
  'annotations',
  (kind) => {
    test('a malformed annotation is named with its wrong part, and the default applies', async () => {
      const box = await lockstep().sandbox({}, kind);
      const annotations = {
        'lockstep.dev/ignore': 'configmap/flags, configmaps/app',
        'lockstep.dev/include': 'configmap/*',
        'lockstep.dev/roll-on': 'restart',
      };
      const result = await box.apply(configMap({ a: '1' }), kind.web({ annotations }));
      expectWarning(
        result,
        `annotation lockstep.dev/ignore on ${box.subject}: "configmaps/app" is not configmap/NAME or secret/NAME, with #KEY for one key: ignored`,
      );
      expectWarning(
        result,
        `annotation lockstep.dev/include on ${box.subject}: "configmap/*" is a pattern, and a name is needed here: ignored`,
      );
      expectWarning(
        result,
        `annotation lockstep.dev/roll-on on ${box.subject}: "restart" is not create, update, scale, node or edit: ignored`,
      );
      expect(await sourceIds(box)).toEqual(['configmap/app']);
    });
  },
  ONE_KIND,
);

describe('lockstep.dev/ignore for the whole cluster', () => {
  test('--ignore has the same effect', async () => {
    await lockstep().restart(['--ignore', 'configmap/a*']);
    try {
      const box = await sandboxWith(lockstep(), configMap({ a: '1' }), web());
      expect((await box.marks()).hash).toBeUndefined();
    } finally {
      await lockstep().restart();
    }
  });
});

describe('lockstep.dev/include, switched off', () => {
  test('does not count, with a warning; Invariant 4, quiet: what counted before restarts no pod', async () => {
    const annotations = { 'lockstep.dev/include': 'configmap/app#b, configmap/remote' };
    const podSpec = {
      containers: [
        {
          name: 'web',
          image: 'web:1',
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
        },
      ],
    };
    const boxes = await forKinds((kind) =>
      sandboxOf(
        kind,
        lockstep(),
        configMap({ a: '1', b: '1', c: '1' }),
        configMap({ x: '1' }, 'remote'),
        kind.web({ annotations, podSpec }),
      ),
    );
    await onEach(boxes, async (box) =>
      expect(await sourceIds(box)).toEqual(['configmap/app', 'configmap/remote']),
    );
    // From here on, history no longer says that all pods hold the same.
    await laterSecond();
    await onEach(boxes, (box) => box.editConfig({ c: '2' }));
    await lockstep().restart(['--include', 'off']);
    try {
      await onEach(boxes, async (box) => {
        const sets = await setsAfter(box, async () => {
          const { stderr } = await scaleUp(box);
          for (const part of ['configmap/app#b', 'configmap/remote'])
            expect(stderr).toContain(
              `lockstep: annotation lockstep.dev/include on ${box.subject}: "${part}" is included, but lockstep.dev/include is switched off in this cluster: ignored`,
            );
          await box.editConfig({ b: '2' });
          await box.editConfig({ x: '2' }, 'remote');
          expect((await scaleUp(box)).stderr).not.toContain('roll');
        });
        expect(sets).toBe(0);
        await box.editConfig({ a: '2' });
        expectWarning(await scaleUp(box), rolls(box));
        expect(await sourceIds(box)).toEqual(['configmap/app']);
      });
    } finally {
      await lockstep().restart();
    }
  });
});
