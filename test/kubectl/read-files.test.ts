import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFiles } from '../../src/kubectl/read-files.ts';

const io = { readInput: async () => 'typed: 1' };

test('files, folders and the standard input, which comes first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-files-'));
  writeFileSync(join(folder, 'a.yaml'), 'a: 1');
  expect(await readFiles(io, [folder, '-'])).toEqual([
    { name: '-', text: 'typed: 1' },
    { name: join(folder, 'a.yaml'), text: 'a: 1' },
  ]);
});

test('the standard input can be read only once', async () => {
  await expect(readFiles(io, ['-', '-'])).rejects.toMatchObject({ code: 'USAGE' });
});
