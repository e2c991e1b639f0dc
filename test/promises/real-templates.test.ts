import { describe, expect, test } from 'vitest';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { expectSilence, expectWarning, WEB_ROLLS } from '../kit/expectations.ts';
import { scaleUp } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { sandboxWith, sourceIds } from './sandbox-with.ts';

const lockstep = useLockstep();

describe('templates from practice', () => {
  const container = (more: object) => ({ name: 'web', image: 'web:1', ...more });
  const volume = (items?: readonly object[]) => ({
    volumes: [{ name: 'etc', configMap: { name: 'app', ...(items && { items }) } }],
  });

  test('with a volume mounted by subPath use only that key', async () => {
    const mounts = [{ name: 'etc', mountPath: '/etc/a', subPath: 'a' }];
    const podSpec = { containers: [container({ volumeMounts: mounts })], ...volume() };
    const box = await sandboxWith(lockstep(), configMap({ a: '1', b: '1' }), web({ podSpec }));
    await box.editConfig({ b: '2' });
    expectSilence(await scaleUp(box));
    await box.editConfig({ a: '2' });
    expectWarning(await scaleUp(box), WEB_ROLLS);
  });

  test('may have envFrom with a prefix, a key that items name twice, and a missing key', async () => {
    const items = [
      { key: 'a', path: 'one' },
      { key: 'a', path: 'two' },
    ];
    const env = [
      { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'app', key: 'gone', optional: true } } },
    ];
    const twice = { containers: [container({ env })], ...volume(items) };
    const box = await sandboxWith(lockstep(), configMap({ a: '1', b: '1' }), web({ podSpec: twice }));
    await box.editConfig({ b: '2' });
    expectSilence(await scaleUp(box));
    await box.editConfig({ gone: 'here' });
    expectWarning(await scaleUp(box), WEB_ROLLS);
    const envFrom = [{ prefix: 'P_', configMapRef: { name: 'app' } }];
    await box.apply(web({ podSpec: { containers: [container({ envFrom })] } }));
    await box.editConfig({ b: '3' });
    expectWarning(await scaleUp(box), WEB_ROLLS);
  });

  test('use keys that older kubelets refuse as names of variables, because newer ones accept them', async () => {
    const box = await sandboxWith(lockstep(), configMap({ '1st.key-x': '1' }), web());
    await box.editConfig({ '1st.key-x': '2' });
    expectWarning(await scaleUp(box), WEB_ROLLS);
  });

  test('may use a ConfigMap of nearly 1 MiB, text and binary, and an immutable one', async () => {
    const big = {
      ...configMap({ text: 'é'.repeat(200_000) }),
      binaryData: { bytes: Buffer.alloc(400_000, 7).toString('base64') },
    };
    const box = await lockstep().sandbox();
    // Too big for the annotation of a client-side apply.
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
    expect(await sourceIds(box)).toEqual(['configmap/app', 'configmap/fixed']);
    const edited = { ...big, binaryData: { bytes: Buffer.alloc(400_000, 8).toString('base64') } };
    await box.replace(edited);
    expectWarning(await scaleUp(box), WEB_ROLLS);
  });

  test('may have 500 references', async () => {
    const envFrom = Array.from({ length: 500 }, (_, i) => ({
      configMapRef: { name: `c${i}`, optional: true },
    }));
    const box = await sandboxWith(
      lockstep(),
      configMap({ a: '1' }, 'c7'),
      configMap({ a: '1' }, 'c499'),
      web({ podSpec: { containers: [container({ envFrom })] } }),
    );
    expect(await sourceIds(box)).toHaveLength(500);
    await box.editConfig({ a: '2' }, 'c499');
    expectWarning(await scaleUp(box), 'configmap/c499 changed: all pods of deployment/web roll');
  });

  test('refer to an absent source if the name exists only in another namespace', async () => {
    const other = await lockstep().sandbox();
    await other.apply(configMap({ a: '1' }));
    const podSpec = {
      containers: [container({ envFrom: [{ configMapRef: { name: 'app', optional: true } }] })],
    };
    const box = await sandboxWith(lockstep(), web({ podSpec }));
    expect((await box.marks()).sources).toBe('{"configmap/app":"absent"}');
    await other.editConfig({ a: '2' });
    expectSilence(await scaleUp(box));
  });
});
