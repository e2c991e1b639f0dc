import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifests } from '../../src/manifests/files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-files-'));
  mkdirSync(join(folder, 'all', 'inner'), { recursive: true });
  mkdirSync(join(folder, 'none'));
  for (const name of ['b.yml', 'a.yaml', 'c.json', 'notes.txt', 'inner/d.yaml'])
    writeFileSync(join(folder, 'all', name), name);
  writeFileSync(join(folder, 'latin.yaml'), Buffer.from([0x61, 0xe4]));
  writeFileSync(join(folder, 'mark.yaml'), '\uFEFFa: 1\r\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (names: readonly string[], input = '') =>
  readManifests(
    names.map((name) => (name === '-' ? name : join(folder, name))),
    false,
    Readable.from([Buffer.from(input)]),
  );

test('a directory gives its manifests in order of their names, and none of its subdirectories', async () => {
  const files = await read(['all']);
  expect(files.map(({ text }) => text)).toEqual(['a.yaml', 'b.yml', 'c.json']);
  expect(files[0]?.name).toBe(join(folder, 'all', 'a.yaml'));
});

test('files are read in the given order, including standard input', async () => {
  const files = await read(['mark.yaml', '-', 'all/a.yaml'], 'in: 1\n');
  expect(files.map(({ text }) => text)).toEqual(['\uFEFFa: 1\r\n', 'in: 1\n', 'a.yaml']);
  expect(files[1]?.name).toBe('-');
});

test.each([
  [['-', '-'], 'CONFIG_INVALID', '-f - is given twice'],
  [['gone.yaml'], 'MANIFEST_INVALID', /^cannot read .*gone\.yaml: ENOENT/],
  [['none'], 'MANIFEST_INVALID', /none holds no \*\.yaml, \*\.yml or \*\.json file$/],
  [['latin.yaml'], 'MANIFEST_INVALID', /latin\.yaml is not UTF-8$/],
])('%j cannot be read: %s', async (names, code, message) => {
  await expect(read(names)).rejects.toMatchObject({
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  });
});
