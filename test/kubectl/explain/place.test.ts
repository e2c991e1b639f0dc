import { expect, test } from 'vitest';
import { placeText } from '../../../src/kubectl/explain/place.ts';
import { references } from '../../../src/references/references.ts';

test('a place in a template, for people', () => {
  const ref = { name: 'app' };
  const template = {
    spec: {
      initContainers: [
        { name: 'first', envFrom: [{ configMapRef: ref }, { prefix: 'DB_', configMapRef: ref }] },
      ],
      containers: [
        {
          name: 'web',
          env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
          volumeMounts: [
            { name: 'cfg', mountPath: '/etc/app' },
            { name: 'cfg', mountPath: '/etc/x.conf', subPath: 'x.conf' },
          ],
        },
      ],
      volumes: [
        { name: 'cfg', configMap: { name: 'app', items: [{ key: 'x', path: 'x.conf' }] } },
        { name: 'all', projected: { sources: [{ secret: { name: 'db' } }] } },
      ],
    },
  };
  expect(references(template).map((reference) => placeText(template, reference))).toEqual([
    'init container first, envFrom',
    'init container first, envFrom with the prefix DB_',
    'container web, env LEVEL',
    'volume cfg (x -> x.conf), mounted by web at /etc/app, web at /etc/x.conf (x.conf only)',
    'volume all, mounted by no container',
  ]);
  expect(placeText(template, { where: 'metadata.annotations["lockstep.dev/include"]' })).toBe(
    'annotation lockstep.dev/include',
  );
});
