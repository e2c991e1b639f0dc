import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mountedKeys, mountsOf } from '../../src/references/mounts.ts';
import { references } from '../../src/references/references.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';

type Mount = { subPath?: string; subPathExpr?: string };

/** The keys that are used of a ConfigMap volume with these mounts. */
function keysOf(mounts: readonly Mount[], items?: readonly { key: string; path?: string }[]) {
  const volumeMounts = mounts.map((mount) => ({ name: 'etc', ...mount }));
  const template: PodTemplate = {
    spec: {
      containers: [{ name: 'web', volumeMounts }],
      volumes: [{ name: 'etc', configMap: { name: 'app', ...(items && { items: [...items] }) } }],
    },
  };
  return references(template).map(({ keys }) => keys)[0];
}

describe('a volume uses', () => {
  const items = [
    { key: 'a', path: 'conf/a.conf' },
    { key: 'b', path: 'conf/b.conf' },
    { key: 'c', path: 'c.conf' },
    { key: 'c', path: 'conf/again' },
    { key: 'd' },
  ];

  test.each<[string, readonly Mount[], ReturnType<typeof keysOf>]>([
    ['every key if it is mounted whole', [{}], 'all'],
    ['every key if one of its mounts is whole', [{ subPath: 'a' }, {}], 'all'],
    ['every key if it is not mounted, because a sidecar may mount it', [], 'all'],
    ['the keys that are mounted by subPath', [{ subPath: 'a' }, { subPath: './b' }], ['a', 'b']],
    ['the key that a subPath goes into', [{ subPath: 'a/b' }], ['a']],
    ['every key if a subPath means all', [{ subPath: './' }], 'all'],
    ['every key if a subPath leads into the volume’s hidden folder', [{ subPath: '..data/a' }], 'all'],
    ['every key if the pod’s environment decides', [{ subPathExpr: '$(POD_NAME)' }], 'all'],
    ['the key of a subPathExpr that expands nothing', [{ subPathExpr: 'a' }], ['a']],
    ['every key if both are empty', [{ subPath: '', subPathExpr: '' }], 'all'],
  ])('%s', (_name, mounts, keys) => {
    expect(keysOf(mounts)).toEqual(keys);
  });

  test.each<[string, readonly Mount[], ReturnType<typeof keysOf>]>([
    ['its items if it is mounted whole', [{}], ['a', 'b', 'c', 'c', 'd']],
    ['the item of the mounted file', [{ subPath: 'conf/a.conf' }], ['a']],
    ['the items of the mounted folder', [{ subPath: 'conf' }], ['a', 'b', 'c']],
    ['the item without a path, by its key', [{ subPath: 'd' }], ['d']],
    ['none if the mounted path does not exist', [{ subPath: 'con' }], []],
  ])('with items: %s', (_name, mounts, keys) => {
    expect(keysOf(mounts, items)).toEqual(keys);
  });
});

describe('the mounts of a volume', () => {
  test('are those of all containers; a volume that no container mounts has none', () => {
    const mounts = mountsOf([
      { volumeMounts: [{ name: 'etc', subPath: 'a/./b' }, { name: 'whole' }] },
      { volumeMounts: [{ name: 'etc', subPath: 'c' }] },
      {},
    ]);
    expect([...mounts.keys()]).toEqual(['etc', 'whole']);
    expect(mounts.get('whole')).toBe('whole');
    expect(mounts.get('etc')).toMatchObject({ tops: ['a', 'c'] });
  });

  test('show the files that they lead to, and no other', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '!', '.');
    const path = fc.array(segment, { minLength: 1, maxLength: 4 });
    const segmentsOf = (of: readonly string[]) => of.filter((each) => each !== '.');
    const leadsTo = (mount: readonly string[], file: readonly string[]) =>
      segmentsOf(mount).every((each, i) => segmentsOf(file)[i] === each);
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 6 }), path, (paths, file) => {
        fc.pre(paths.every((each) => segmentsOf(each).length > 0));
        const volumeMounts = paths.map((each) => ({ name: 'v', subPath: each.join('/') }));
        const mounted = mountsOf([{ volumeMounts }]).get('v');
        const shown = mountedKeys([{ key: 'k', path: file.join('/') }], mounted);
        expect(shown).toEqual(paths.some((each) => leadsTo(each, file)) ? ['k'] : []);
      }),
      { numRuns: 2000 },
    );
  });

  test('show every key if they are unknown, because a sidecar may mount it', () => {
    expect(mountedKeys(undefined)).toBe('all');
    expect(mountedKeys(null)).toBe('all');
    expect(mountedKeys([{ key: 'a' }])).toEqual(['a']);
  });
});
