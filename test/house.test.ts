import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
let house = '';

// A house of its own under our rules, so that the files that break them never stand in ours.
beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'lockstep-house-'));
  cpSync(fromRoot('biome.json'), join(house, 'biome.json'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

/** What the linter says of a file with this text at this place. */
function lint(path: string, text: string): string {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
  const args = ['lint', '--vcs-enabled=false', path];
  const { stdout, stderr } = spawnSync(fromRoot('node_modules/.bin/biome'), args, {
    cwd: house,
    encoding: 'utf8',
  });
  expect(stdout + stderr).toContain('Checked 1 file');
  return stdout + stderr;
}

test.each([
  ['src/digest/x.ts', "import { apiClient } from '../cluster/client.ts';\nexport const x = apiClient;\n"],
  ['src/policy/x.ts', "import { readFile } from 'node:fs/promises';\nexport const x = readFile;\n"],
  ['src/references/x.ts', "import { judge } from '../admission/judge.ts';\nexport const x = judge;\n"],
  ['src/workloads/x.ts', "import { Pool } from 'undici';\nexport const x = Pool;\n"],
])('a pure room that does I/O is refused: %s', (path, text) => {
  expect(lint(path, text)).toContain('noRestrictedImports');
});

test('the rest of the house may do I/O, and a pure room may hash', () => {
  const read = "import { readFile } from 'node:fs/promises';\nexport const x = readFile;\n";
  expect(lint('src/cluster/x.ts', read)).not.toContain('noRestrictedImports');
  const hash = "import { createHash } from 'node:crypto';\nexport const x = createHash;\n";
  expect(lint('src/digest/x.ts', hash)).not.toContain('noRestrictedImports');
});
