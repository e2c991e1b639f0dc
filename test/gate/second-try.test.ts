import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runAll } from '../kit/run-all.ts';

let root = '';

// A small project of Vitest. Outside of node_modules it finds no `vitest` to import, hence `globals`.
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockstep-second-try-'));
  const project = (name: string) => ({ test: { name, globals: true, include: [`${name}/*.test.mjs`] } });
  const config = { test: { projects: [project('slow'), project('fast')] } };
  await writeFile(join(root, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  await mkdir(join(root, 'slow'));
  await mkdir(join(root, 'fast'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const PASSES = "test('passes', () => undefined);";
const FAILS = "test('fails', () => { throw new Error('always'); });";
/** Fails while a file is missing, and creates that file. */
const ONCE = `
import { existsSync, writeFileSync } from 'node:fs';
const mark = import.meta.filename + '.ran';
describe('a suite', () => {
  test('is unlucky', () => {
    if (existsSync(mark)) return;
    writeFileSync(mark, '');
    throw new Error('bad luck');
  });
});`;

/** Runs both projects, each with one file of this text beside one that passes. Returns the verdict. */
async function verdict(slow: string, fast: string) {
  await rm(join(root, 'slow', 'it.test.mjs.ran'), { force: true });
  await rm(join(root, 'fast', 'it.test.mjs.ran'), { force: true });
  await writeFile(join(root, 'slow', 'it.test.mjs'), slow);
  await writeFile(join(root, 'slow', 'other.test.mjs'), PASSES);
  await writeFile(join(root, 'fast', 'it.test.mjs'), fast);
  const hasSecondTry = (project: string) => project === 'slow';
  const shown: string[] = [];
  const show = (output: string | Uint8Array) => shown.push(output.toString());
  const result = await runAll({ root, lanes: [['slow'], ['fast']], hasSecondTry, show }).result;
  const { folder } = result;
  if (folder !== undefined) onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { ...result, shown: shown.join('') };
}

const output = (folder = '', name = '') => readFile(join(folder, `${name}.log`), 'utf8');

test('if all pass, there is no second try, and no output is kept', async () => {
  const { passed, counts, lines, folder } = await verdict(PASSES, PASSES);
  expect({ passed, counts, lines, folder }).toEqual({
    passed: true,
    counts: { passed: 3, failed: 0, skipped: 0 },
    lines: [],
    folder: undefined,
  });
});

test('if a test fails once, the run passes, says so, and keeps both outputs', async () => {
  const { passed, counts, lines, folder, shown } = await verdict(ONCE, PASSES);
  expect(passed).toBe(true);
  expect(counts).toEqual({ passed: 3, failed: 0, skipped: 0 });
  expect(lines).toEqual(['passed on the second try: slow/it.test.mjs > a suite > is unlucky']);
  expect(await output(folder, 'slow')).toContain('bad luck');
  expect(shown).toContain('bad luck');
  expect(shown).toContain('The second try, of what has failed:\n  slow/it.test.mjs\n');
  // By itself: the file that had passed is not run again.
  expect(await output(folder, 'second-try')).toMatch(/1 passed/);
  expect(await output(folder, 'second-try')).not.toContain('other.test.mjs');
});

test('a test that fails always fails the run', async () => {
  const { passed, counts, lines, folder } = await verdict(FAILS, PASSES);
  expect(passed).toBe(false);
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
  expect(lines).toEqual([]);
  expect(await output(folder, 'second-try')).toContain('always');
});

test('a project without a second try gets none', async () => {
  const { passed, counts, lines, folder } = await verdict(PASSES, ONCE);
  expect(passed).toBe(false);
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
  expect(lines).toEqual([]);
  expect(existsSync(join(folder ?? '', 'second-try.log'))).toBe(false);
});

test('a file that cannot be loaded and an error outside of the tests fail the run', async () => {
  const unloadable = await verdict("throw new Error('not loaded');", PASSES);
  expect(unloadable).toMatchObject({ passed: false, counts: { passed: 2, failed: 1 } });
  const stray = await verdict(
    `${PASSES}\nsetTimeout(() => { throw new Error('stray'); });
    afterAll(() => new Promise((done) => setTimeout(done, 50)));`,
    PASSES,
  );
  expect(stray).toMatchObject({ passed: false, lines: ['an error outside of the tests: stray'] });
});
