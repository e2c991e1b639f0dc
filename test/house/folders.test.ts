import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Import, importsIn, roomOf } from '../../lab/house/imports.ts';

const TEST = fileURLToPath(new URL('..', import.meta.url));
const SHARED = 'kit';

/** The folder below test/ that a file stands in. Files at the top share one. */
const folderOf = (file: string): string => (dirname(file) === '.' ? '.' : roomOf(file));

/** The imports from one folder of test/ into another, except those of what all folders share. */
const foreignOf = (imports: readonly Import[]): readonly string[] =>
  imports
    .filter(({ to }) => !to.startsWith('..') && folderOf(to) !== SHARED)
    .filter(({ from, to }) => folderOf(from) !== folderOf(to))
    .map(({ from, to }) => `${from} -> ${to}`);

test('a folder of test/ imports no other folder of test/ except kit/', () => {
  const imports = importsIn(TEST);
  expect(imports.length).toBeGreaterThan(100);
  expect(foreignOf(imports)).toEqual([]);
});

test.each<[string, string, string, string[]]>([
  ['another folder', 'promises/a.test.ts', 'chart/b.ts', ['promises/a.test.ts -> chart/b.ts']],
  ['a folder, from kit/', 'kit/a.ts', 'chart/b.ts', ['kit/a.ts -> chart/b.ts']],
  ['a folder, from the top of test/', 'docs.test.ts', 'chart/b.ts', ['docs.test.ts -> chart/b.ts']],
  ['kit/', 'promises/a.test.ts', 'kit/chart/b.ts', []],
  ['its own subfolder', 'histories/a.ts', 'histories/checker/b.ts', []],
  ['src/', 'promises/a.test.ts', '../src/errors.ts', []],
])('an import of %s is judged by the folders of both files', (_, from, to, foreign) => {
  expect(foreignOf([{ from, to }])).toEqual(foreign);
});
