import { expect, test } from 'vitest';
import { checkOf } from '../../src/workloads/check.ts';
import { PodTemplate } from '../../src/workloads/pod-template.ts';

const check = checkOf(PodTemplate);

test('a template is accepted with unknown fields', () => {
  const template = {
    metadata: { labels: { app: 'web' }, creationTimestamp: null },
    spec: {
      securityContext: { runAsNonRoot: true },
      containers: [
        {
          name: 'web',
          image: 'web:1',
          env: [
            { name: 'A', value: 'a' },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          ],
          volumeMounts: [{ name: 'etc', mountPath: '/etc/web', readOnly: true }],
        },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      ],
    },
  };
  expect(check(template)).toEqual({ kind: 'checked', object: template });
});

test('a template is accepted empty, or with nulls', () => {
  for (const spec of [undefined, null, {}, { containers: null, initContainers: null, volumes: null }])
    expect(check({ metadata: null, spec }).kind).toBe('checked');
});

test.each([
  [
    { containers: [{ envFrom: [{ configMapRef: { name: 7 } }] }] },
    '/spec/containers/0/envFrom/0/configMapRef/name',
  ],
  [{ volumes: [{ secret: { items: [{ path: 'x' }] } }] }, '/spec/volumes/0/secret/items/0'],
])('a template with unreadable configuration is refused: %j', (spec, pointer) => {
  expect(check({ spec })).toMatchObject({ kind: 'wrong', deepest: { pointer } });
});
