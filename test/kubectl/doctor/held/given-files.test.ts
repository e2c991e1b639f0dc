import { expect, test } from 'vitest';
import type { KeysOf } from '../../../../src/kubectl/doctor/held/given.ts';
import { givenFiles } from '../../../../src/kubectl/doctor/held/given-files.ts';
import { sourceId } from '../../../../src/references/sources.ts';
import type { Volume } from '../../../../src/workloads/pod-template.ts';

const keysOf: KeysOf = ({ kind }) => (kind === 'secret' ? undefined : { env: [], files: ['a', 'b'] });
const mount = (mountPath: string, more: object = {}) => ({ name: 'config', mountPath, ...more });

const given = (volume: Volume, ...volumeMounts: ReturnType<typeof mount>[]) => {
  const volumes = [{ name: 'config', ...volume }, { name: 'scratch' }];
  const all = givenFiles({ name: 'web', volumeMounts }, volumes, keysOf);
  return {
    given: all.given.map(
      ({ source, key, place }) =>
        `${place.kind === 'file' ? `${place.path}${place.fixed ? '!' : ''}` : ''}=${sourceId(source)}#${key}`,
    ),
    hidden: all.hidden.map(({ hidden, by }) => `${sourceId(hidden.source)}#${hidden.key} by ${by}`),
    unlisted: all.unlisted.map(sourceId),
  };
};
const app = { configMap: { name: 'app' } };

test('a whole volume has a file for each key, or each item', () => {
  expect(given(app, mount('/etc/app/')).given).toEqual([
    '/etc/app/a=configmap/app#a',
    '/etc/app/b=configmap/app#b',
  ]);
  const items = [{ key: 'a', path: 'deep/./x' }];
  expect(given({ configMap: { name: 'app', items } }, mount('/etc/app')).given).toEqual([
    '/etc/app/deep/x=configmap/app#a',
  ]);
});

test('a mount with a subPath has one file or one folder, and never changes', () => {
  expect(given(app, mount('/etc/one', { subPath: 'b' })).given).toEqual(['/etc/one!=configmap/app#b']);
  const items = [
    { key: 'a', path: 'deep/x' },
    { key: 'b', path: 'deeper/y' },
  ];
  expect(given({ configMap: { name: 'app', items } }, mount('/etc', { subPath: 'deep/' })).given).toEqual([
    '/etc/x!=configmap/app#a',
  ]);
  expect(given(app, mount('/etc/one', { subPathExpr: 'a' })).given).toEqual(['/etc/one!=configmap/app#a']);
  expect(given(app, mount('/etc/one', { subPathExpr: '$(POD)' })).given).toEqual([]);
});

test('a mount over a folder of another one hides it', () => {
  const over = { ...mount('/etc/app/b'), name: 'scratch' };
  expect(given(app, mount('/etc/app'), over).given).toEqual(['/etc/app/a=configmap/app#a']);
});

test('in a projected volume, the last source of a path counts', () => {
  const projected = {
    sources: [app, { configMap: { name: 'other', items: [{ key: 'x', path: 'a' }] } }],
  };
  expect(given({ projected }, mount('/p'))).toMatchObject({
    given: ['/p/a=configmap/other#x', '/p/b=configmap/app#b'],
    hidden: ['configmap/app#a by configmap/other'],
  });
});

test('of a Secret, only what a template names is known', () => {
  expect(given({ secret: { secretName: 'db' } }, mount('/s'))).toEqual({
    given: [],
    hidden: [],
    unlisted: ['secret/db'],
  });
  expect(given({ secret: { secretName: 'db' } }, mount('/s', { subPath: 'password' }))).toMatchObject({
    given: ['/s!=secret/db#password'],
    unlisted: [],
  });
  const items = [{ key: 'password', path: 'p' }];
  expect(given({ secret: { secretName: 'db', items } }, mount('/s')).given).toEqual([
    '/s/p=secret/db#password',
  ]);
});
