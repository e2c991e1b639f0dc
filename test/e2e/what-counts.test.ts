import { describe, expect, test } from 'vitest';
import { added } from './events.ts';
import { expectSilence, expectWarning } from './expectations.ts';
import { configMap, web } from './manifests.ts';
import type { Sandbox } from './sandbox.ts';
import { useLockstep } from './use-lockstep.ts';

const lockstep = useLockstep();

const ROLLS = 'configmap/app changed: all pods of deployment/web roll';

let replicas = 3;
/** A scale-up: the call on which lockstep has to act, or to be silent. */
const scale = (box: Sandbox) => {
  replicas += 1;
  return box.kubectl(['scale', 'deployment/web', `--replicas=${replicas}`]);
};

const annotate = (box: Sandbox, object: string, annotation: string) =>
  box.kubectl(['annotate', '--overwrite', object, annotation]);

async function applied(...objects: readonly object[]): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  expectSilence(await box.apply(...objects));
  await box.rolledOut();
  return box;
}

const ids = async (box: Sandbox): Promise<string[]> =>
  Object.keys(JSON.parse((await box.marks()).sources ?? '{}'));

describe('lockstep.dev/ignore', () => {
  test('on a workload: a source that the app reloads by itself, and a key, roll nothing', async () => {
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
    const box = await applied(
      configMap({ a: '1', 'log.level': 'info' }),
      configMap({ x: '1' }, 'flags'),
      web({ annotations, podSpec: both }),
    );
    expect(await ids(box)).toEqual(['configmap/app']);
    await box.editConfig({ 'log.level': 'debug' });
    await box.editConfig({ x: '2' }, 'flags');
    expectSilence(await scale(box));
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box), ROLLS);
  });

  test('on a source, as "true": it counts nowhere; anything else is named and does not count', async () => {
    const box = await applied(configMap({ a: '1' }), web());
    expectWarning(
      await (async () => {
        await annotate(box, 'configmap/app', 'lockstep.dev/ignore=yes');
        return scale(box);
      })(),
      'annotation lockstep.dev/ignore="yes" on configmap/app is neither true nor false: ignored',
    );
    await annotate(box, 'configmap/app', 'lockstep.dev/ignore=true');
    await box.editConfig({ a: '2' });
    expectSilence(await scale(box));
    await annotate(box, 'configmap/app', 'lockstep.dev/ignore=false');
    expectWarning(await scale(box), ROLLS);
  });

  test('Invariant 4, quiet: added to and taken from a running workload it restarts nobody', async () => {
    const box = await applied(configMap({ a: '1' }), web());
    const sets = await box.replicaSets();
    for (const annotation of [
      'lockstep.dev/ignore=configmap/app',
      'lockstep.dev/ignore=configmap/app#a',
      'lockstep.dev/ignore-',
      'lockstep.dev/include=configmap/app',
    ]) {
      expectSilence(await annotate(box, 'deployment/web', annotation));
      expectSilence(await scale(box));
    }
    await box.rolledOut();
    expect(added(sets.events)).toEqual([]);
    await sets.stop();
  });

  test('for the whole cluster: --ignore', async () => {
    await lockstep().restart(['--ignore', 'configmap/a*']);
    try {
      const box = await applied(configMap({ a: '1' }), web());
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
    const box = await applied(configMap({ a: '1', b: '1' }, 'remote'), web({ annotations, podSpec: none }));
    expect(await ids(box)).toEqual(['configmap/remote']);
    await box.editConfig({ b: '2' }, 'remote');
    expectSilence(await scale(box));
    await box.editConfig({ a: '2' }, 'remote');
    expectWarning(await scale(box), 'configmap/remote changed: all pods of deployment/web roll');
  });
});

describe('lockstep.dev/roll-on', () => {
  test('keeps a call from rolling, and says so; the next that may, rolls', async () => {
    const box = await applied(
      configMap({ a: '1' }),
      web({ annotations: { 'lockstep.dev/roll-on': 'create,update' } }),
    );
    await box.editConfig({ a: '2' });
    expectWarning(
      await scale(box),
      'configmap/app changed; deployment/web does not roll on this (lockstep.dev/roll-on): its pods may differ',
    );
    expectWarning(await box.kubectl(['annotate', 'deployment/web', 'note=1']), ROLLS);
    await box.rolledOut();
  });
});

test('a malformed annotation is named, with the part that is wrong, and the default applies', async () => {
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
  expect(await ids(box)).toEqual(['configmap/app']);
});

describe('what real templates hold', () => {
  const container = (more: object) => ({ name: 'web', image: 'web:1', ...more });
  const volume = (items?: readonly object[]) => ({
    volumes: [{ name: 'etc', configMap: { name: 'app', ...(items && { items }) } }],
  });

  test('a volume mounted by subPath uses that key only', async () => {
    const mounts = [{ name: 'etc', mountPath: '/etc/a', subPath: 'a' }];
    const podSpec = { containers: [container({ volumeMounts: mounts })], ...volume() };
    const box = await applied(configMap({ a: '1', b: '1' }), web({ podSpec }));
    await box.editConfig({ b: '2' });
    expectSilence(await scale(box));
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box), ROLLS);
  });

  test('envFrom with a prefix, a key that items name twice, and a key that is missing', async () => {
    const items = [
      { key: 'a', path: 'one' },
      { key: 'a', path: 'two' },
    ];
    const env = [
      { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'app', key: 'gone', optional: true } } },
    ];
    const twice = { containers: [container({ env })], ...volume(items) };
    const box = await applied(configMap({ a: '1', b: '1' }), web({ podSpec: twice }));
    await box.editConfig({ b: '2' });
    expectSilence(await scale(box));
    await box.editConfig({ gone: 'here' });
    expectWarning(await scale(box), ROLLS);
    const envFrom = [{ prefix: 'P_', configMapRef: { name: 'app' } }];
    await box.apply(web({ podSpec: { containers: [container({ envFrom })] } }));
    await box.editConfig({ b: '3' });
    expectWarning(await scale(box), ROLLS);
  });

  test('keys that older kubelets take for no name of a variable count: newer ones take them', async () => {
    const box = await applied(configMap({ '1st.key-x': '1' }), web());
    await box.editConfig({ '1st.key-x': '2' });
    expectWarning(await scale(box), ROLLS);
  });

  test('a ConfigMap of nearly 1 MiB, text and binary, and an immutable one', async () => {
    const big = {
      ...configMap({ text: 'é'.repeat(200_000) }),
      binaryData: { bytes: Buffer.alloc(400_000, 7).toString('base64') },
    };
    const box = await lockstep().sandbox();
    // Too big for the annotation that a client-side apply keeps.
    await box.kubectl(['create', '-f', '-'], JSON.stringify(big));
    await box.kubectl(
      ['create', '-f', '-'],
      JSON.stringify({ ...configMap({ a: '1' }, 'fixed'), immutable: true }),
    );
    const podSpec = {
      containers: [container({ envFrom: [{ configMapRef: { name: 'fixed' } }] })],
      ...volume(),
    };
    expectSilence(await box.apply(web({ podSpec })));
    expect(await ids(box)).toEqual(['configmap/app', 'configmap/fixed']);
    const edited = { ...big, binaryData: { bytes: Buffer.alloc(400_000, 8).toString('base64') } };
    await box.kubectl(['replace', '-f', '-'], JSON.stringify(edited));
    expectWarning(await scale(box), ROLLS);
  });

  test('500 references in one template', async () => {
    const envFrom = Array.from({ length: 500 }, (_, i) => ({
      configMapRef: { name: `c${i}`, optional: true },
    }));
    const box = await applied(
      configMap({ a: '1' }, 'c7'),
      configMap({ a: '1' }, 'c499'),
      web({ podSpec: { containers: [container({ envFrom })] } }),
    );
    expect(await ids(box)).toHaveLength(500);
    await box.editConfig({ a: '2' }, 'c499');
    expectWarning(await scale(box), 'configmap/c499 changed: all pods of deployment/web roll');
  });

  test('a name that only exists in another namespace is absent', async () => {
    const other = await lockstep().sandbox();
    await other.apply(configMap({ a: '1' }));
    const podSpec = {
      containers: [container({ envFrom: [{ configMapRef: { name: 'app', optional: true } }] })],
    };
    const box = await applied(web({ podSpec }));
    expect((await box.marks()).sources).toBe('{"configmap/app":"absent"}');
    await other.editConfig({ a: '2' });
    expectSilence(await scale(box));
  });
});
