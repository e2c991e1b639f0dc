import { expect, test } from 'vitest';
import { templateChanges } from '../../../src/kubectl/history/template-changes.ts';
import { CONFIG_HASH } from '../../../src/marks/names.ts';

const template = (container: object, extra: object = {}, metadata: object = {}) => ({
  metadata,
  spec: { containers: [{ name: 'app', image: 'app:1', ...container }], ...extra },
});

test('a template is told by images and the names of fields, and by no other value', () => {
  const before = template({ env: [{ name: 'LEVEL', value: 'hunter2' }], args: ['hunter2'] });
  const now = template(
    {
      image: 'app:2',
      env: [
        { name: 'LEVEL', value: 'hunter3' },
        { name: 'NEW', value: 'hunter4' },
      ],
      args: ['hunter3'],
    },
    { initContainers: [{ name: 'init' }], volumes: [{ name: 'files' }], hostNetwork: true },
    {
      annotations: { 'kubectl.kubernetes.io/restartedAt': 'now', note: 'hunter2' },
      labels: { app: 'hunter2' },
    },
  );
  const changes = templateChanges(before, now);
  expect(changes).toEqual([
    'image of container app changed from app:1 to app:2',
    'environment variable LEVEL of container app changed',
    'environment variable NEW of container app was added',
    'args of container app changed',
    'container init was added',
    'volume files was added',
    'hostNetwork of its pods changed',
    'somebody has restarted it',
    'annotation note of its pods changed',
    'label app of its pods changed',
  ]);
  expect(changes.join()).not.toContain('hunter');
});

test('lockstep’s marks and the labels of controllers are no change', () => {
  const before = template(
    {},
    {},
    { annotations: { [CONFIG_HASH]: 'v1-a' }, labels: { 'pod-template-hash': 'a' } },
  );
  const now = template(
    {},
    {},
    { annotations: { [CONFIG_HASH]: 'v1-b' }, labels: { 'pod-template-hash': 'b' } },
  );
  expect(templateChanges(before, now)).toEqual([]);
});
