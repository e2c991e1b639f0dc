import { describe, expect, test } from 'vitest';
import { createdObjects } from '../../lab/control-plane/events.ts';
import { configMap, list, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { scaleUp, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { sandboxWith, sourceIds } from './sandbox-with.ts';

const lockstep = useLockstep({ onlyApiServer: true });

const annotate = (box: Sandbox, object: string, annotation: string) =>
  box.kubectl(['annotate', '--overwrite', object, annotation]);

describe('lockstep.dev/ignore', () => {
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
    const box = await sandboxWith(
      lockstep(),
      configMap({ a: '1', 'log.level': 'info' }),
      configMap({ x: '1' }, 'flags'),
      web({ annotations, podSpec: both }),
    );
    expect(await sourceIds(box)).toEqual(['configmap/app']);
    await box.editConfig({ 'log.level': 'debug' });
    await box.editConfig({ x: '2' }, 'flags');
    expectSilence(await scaleUp(box));
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), WEB_ROLLS);
  });

  test('on a source: with "true" it counts nowhere; another value is named and has no effect', async () => {
    const box = await sandboxWith(lockstep(), configMap({ a: '1' }), web());
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
    expectWarning(await scaleUp(box), WEB_ROLLS);
  });

  test('Invariant 4, quiet: adding it to a running workload, or removing it, restarts no pod', async () => {
    const box = await sandboxWith(lockstep(), configMap({ a: '1' }), web());
    const sets = await box.replicaSets();
    for (const annotation of [
      'lockstep.dev/ignore=configmap/app',
      'lockstep.dev/ignore=configmap/app#a',
      'lockstep.dev/ignore-',
      'lockstep.dev/include=configmap/app',
    ]) {
      expectSilence(await annotate(box, 'deployment/web', annotation));
      expectSilence(await scaleUp(box));
    }
    await box.untilRolledOut();
    expect(createdObjects(sets.events)).toEqual([]);
    await sets.stop();
  });

  test('for the whole cluster: --ignore has the same effect', async () => {
    await lockstep().restart(['--ignore', 'configmap/a*']);
    try {
      const box = await sandboxWith(lockstep(), configMap({ a: '1' }), web());
      expect((await box.marks()).hash).toBeUndefined();
    } finally {
      await lockstep().restart();
    }
  });
});

describe('lockstep.dev/include', () => {
  test('a source that the app reads through the API counts', async () => {
    const annotations = { 'lockstep.dev/include': 'configmap/remote#a' };
    const none = { containers: [{ name: 'web', image: 'web:1' }] };
    const box = await sandboxWith(
      lockstep(),
      configMap({ a: '1', b: '1' }, 'remote'),
      web({ annotations, podSpec: none }),
    );
    expect(await sourceIds(box)).toEqual(['configmap/remote']);
    await box.editConfig({ b: '2' }, 'remote');
    expectSilence(await scaleUp(box));
    await box.editConfig({ a: '2' }, 'remote');
    expectWarning(await scaleUp(box), 'configmap/remote changed: all pods of deployment/web roll');
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
    const box = await sandboxWith(
      lockstep(),
      configMap({ a: '1', b: '1', c: '1' }),
      configMap({ x: '1' }, 'remote'),
      web({ annotations, podSpec }),
    );
    expect(await sourceIds(box)).toEqual(['configmap/app', 'configmap/remote']);
    // From here on, history no longer says that all pods hold the same.
    await laterSecond();
    await box.editConfig({ c: '2' });
    await lockstep().restart(['--include', 'off']);
    try {
      const sets = await setsAfter(box, async () => {
        const { stderr } = await scaleUp(box);
        for (const part of ['configmap/app#b', 'configmap/remote'])
          expect(stderr).toContain(
            `lockstep: annotation lockstep.dev/include on deployment/web: "${part}" is included, but lockstep.dev/include is switched off in this cluster: ignored`,
          );
        await box.editConfig({ b: '2' });
        await box.editConfig({ x: '2' }, 'remote');
        expect((await scaleUp(box)).stderr).not.toContain('roll');
      });
      expect(sets).toBe(0);
      await box.editConfig({ a: '2' });
      expectWarning(await scaleUp(box), WEB_ROLLS);
      expect(await sourceIds(box)).toEqual(['configmap/app']);
    } finally {
      await lockstep().restart();
    }
  });
});

describe('lockstep.dev/roll-on', () => {
  test('keeps a call from rolling, with a warning; the next call that may roll does', async () => {
    const box = await sandboxWith(
      lockstep(),
      configMap({ a: '1' }),
      web({ annotations: { 'lockstep.dev/roll-on': 'create,update' } }),
    );
    await box.editConfig({ a: '2' });
    expectWarning(
      await scaleUp(box),
      'configmap/app changed; deployment/web does not roll on this (lockstep.dev/roll-on): its pods may differ',
    );
    expectWarning(await box.kubectl(['annotate', 'deployment/web', 'note=1']), WEB_ROLLS);
    await box.untilRolledOut();
  });

  test('counts an update of nothing but replicas as a scale, whoever writes it', async () => {
    const annotations = { 'lockstep.dev/roll-on': 'create,update' };
    const manifest = (replicas: number, more: object = {}) => web({ annotations, replicas, ...more });
    const patch = (change: object) => () =>
      box.kubectl(['patch', 'deployment/web', '--patch', JSON.stringify(change)]);
    const box = await sandboxWith(lockstep(), configMap({ a: '1' }), manifest(2));
    await box.editConfig({ a: '2' });
    const before = await box.marks();
    for (const call of [
      patch({ spec: { replicas: 3 } }),
      () => box.apply(manifest(4)),
      () => box.kubectl(['replace', '-f', '-'], list(manifest(5))),
      () => box.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], list(manifest(6))),
      () =>
        lockstep().cluster.kubectlOk(['-n', box.namespace, 'edit', 'deployment/web'], {
          env: { KUBE_EDITOR: "sed -i 's/^  replicas: 6$/  replicas: 7/'" },
        }),
      patch({ spec: { replicas: 1 } }),
    ]) {
      expectWarning(await call(), 'configmap/app changed; deployment/web does not roll on this');
      expect(await box.marks()).toEqual(before);
    }
    // A label beside it makes it an update.
    expectWarning(await patch({ metadata: { labels: { x: 'y' } }, spec: { replicas: 2 } })(), WEB_ROLLS);
    await box.editConfig({ a: '3' });
    await box.kubectl(['annotate', '--overwrite', 'deployment/web', 'lockstep.dev/roll-on=scale']);
    expectWarning(
      await patch({ metadata: { labels: { x: 'z' } } })(),
      'configmap/app changed; deployment/web does not roll on this',
    );
    expectWarning(await patch({ spec: { replicas: 3 } })(), WEB_ROLLS);
  });
});

test('a malformed annotation is named with its wrong part, and the default applies', async () => {
  const box = await lockstep().sandbox();
  const annotations = {
    'lockstep.dev/ignore': 'configmap/flags, configmaps/app',
    'lockstep.dev/include': 'configmap/*',
    'lockstep.dev/roll-on': 'restart',
  };
  const result = await box.apply(configMap({ a: '1' }), web({ annotations }));
  expectWarning(
    result,
    'annotation lockstep.dev/ignore on deployment/web: "configmaps/app" is not configmap/NAME or secret/NAME, with #KEY for one key: ignored',
  );
  expectWarning(
    result,
    'annotation lockstep.dev/include on deployment/web: "configmap/*" is a pattern, and a name is needed here: ignored',
  );
  expectWarning(
    result,
    'annotation lockstep.dev/roll-on on deployment/web: "restart" is not create, update or scale: ignored',
  );
  expect(await sourceIds(box)).toEqual(['configmap/app']);
});
