import { readdirSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECTS, projectsOf } from './projects.ts';

const TEST = join(import.meta.dirname, '..');
const ROOT = join(TEST, '..');
const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => relative(ROOT, join(TEST, file)).replaceAll('\\', '/'));

test('every test file is in exactly one project', () => {
  const found = new Map(files.map((file) => [file, projectsOf(file)]));
  expect([...found].filter(([, projects]) => projects.length !== 1)).toEqual([]);
});

test('every pattern of a project finds a file', () => {
  const patterns = Object.values(PROJECTS).flatMap(({ include }) => [...include]);
  expect(patterns.filter((pattern) => !files.some((file) => matchesGlob(file, pattern)))).toEqual([]);
});
