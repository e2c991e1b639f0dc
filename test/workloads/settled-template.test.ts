import { describe, expect, test } from 'vitest';
import { hasAllOf, settled, settledTemplate } from '../../src/workloads/settled-template.ts';

const template = (container: object, more: object = {}) => ({
  metadata: { labels: { app: 'web' }, annotations: { note: '' } },
  spec: { containers: [{ name: 'web', ...container }], ...more },
});

describe('a template is the same', () => {
  // As the Rollouts controller v1.10.1 has written them back.
  test.each<[string, object, object]>([
    [
      'with another text of a quantity',
      { resources: { limits: { cpu: 0.5 } } },
      { resources: { limits: { cpu: '500m' } } },
    ],
    [
      'of memory',
      { resources: { requests: { memory: '1024Mi' } } },
      { resources: { requests: { memory: '1Gi' } } },
    ],
    ['without an empty value', { env: [{ name: 'A', value: '' }] }, { env: [{ name: 'A' }] }],
    ['without empty resources', { resources: {} }, {}],
    ['without an empty list', { args: [] }, {}],
    ['without a false that says nothing', { tty: false }, {}],
  ])('%s', (_what, written, read) => {
    expect(settledTemplate(template(written))).toEqual(settledTemplate(template(read)));
  });
});

describe('a template is another', () => {
  test.each<[string, object, object]>([
    [
      'with another quantity',
      { resources: { limits: { cpu: '500m' } } },
      { resources: { limits: { cpu: '501m' } } },
    ],
    ['with another value', { env: [{ name: 'A', value: '1' }] }, { env: [{ name: 'A', value: '1.0' }] }],
    ['with another user', { securityContext: { runAsUser: 0 } }, { securityContext: {} }],
    ['with one argument less', { args: ['a', ''] }, { args: ['a'] }],
  ])('%s', (_what, written, read) => {
    expect(settledTemplate(template(written))).not.toEqual(settledTemplate(template(read)));
  });

  test('with another time to end', () => {
    const [now, later] = [0, 30].map((terminationGracePeriodSeconds) =>
      template({}, { terminationGracePeriodSeconds }),
    );
    expect(settled(now)).not.toEqual(settled(later));
    expect(settled(now)).not.toEqual(settled(template({})));
  });
});

test('annotations and labels stay as they are', () => {
  expect(settledTemplate(template({})).metadata).toEqual(template({}).metadata);
});

test('a revision has all of a template, with defaults and what a controller adds', () => {
  const own = settled(template({ image: 'web:1' }));
  const revision = settled({
    metadata: { labels: { app: 'web', 'rollouts-pod-template-hash': 'x' }, annotations: { note: '' } },
    spec: {
      containers: [{ name: 'web', image: 'web:1', terminationMessagePath: '/dev/x' }],
      restartPolicy: 'Always',
    },
  });
  expect(hasAllOf(revision, own)).toBe(true);
  expect(hasAllOf(own, revision)).toBe(false);
  expect(hasAllOf(settled(template({ image: 'web:2' })), own)).toBe(false);
});
