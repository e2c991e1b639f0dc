/**
 * `test/` mirrors `src/` file by file. The test of src/X/y.ts is test/X/y.test.ts, or one of several
 * test/X/y.Z.test.ts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ROOM_NAMES } from '../../lab/house/rooms.ts';
import { EXEMPT } from './exempt.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const filesIn = (folder: string) =>
  existsSync(fromRoot(folder)) ? readdirSync(fromRoot(folder)).filter((name) => name.endsWith('.ts')) : [];

/** Whether it exports more than types: a function, or a table. */
const hasBehaviour = (text: string) =>
  /^export (async function|function|const|class|default|\{|\*)/m.test(text);

/** `decide.pin.test.ts` -> `decide.ts`. undefined: it is not a test. */
function testedBy(test: string): string | undefined {
  const [, name] = /^([^.]+)(?:\.[^.]+)?\.test\.ts$/.exec(test) ?? [];
  return name === undefined ? undefined : `${name}.ts`;
}

describe('a file and its test find each other by name:', () => {
  test.each([
    ['decide.test.ts', 'decide.ts'],
    ['decide.pin-laws.test.ts', 'decide.ts'],
    ['decide.pin.laws.test.ts', undefined],
    ['decided.ts', undefined],
  ])('%s is of %s', (test, source) => {
    expect(testedBy(test)).toBe(source);
  });

  test.each([
    ['export function f() {}', true],
    ['import x from "y";\n\nexport const TABLE = {};', true],
    ['export async function f() {}', true],
    ['export class E extends Error {}', true],
    ['export interface I {}\nexport type T = I;\nconst mine = 1;', false],
  ])('%j has behaviour: %s', (text, expected) => {
    expect(hasBehaviour(text)).toBe(expected);
  });
});

describe.each(ROOM_NAMES)('%s', (room) => {
  const sources = filesIn(`src/${room}`);
  const tested = new Map(filesIn(`test/${room}`).map((name) => [name, testedBy(name)]));

  test('every file with behaviour has a test of its name, or a reason to have none', () => {
    expect(sources).not.toEqual([]);
    const withBehaviour = sources.filter((name) =>
      hasBehaviour(readFileSync(fromRoot(`src/${room}/${name}`), 'utf8')),
    );
    const covered = new Set(tested.values());
    const untested = withBehaviour.filter((name) => !covered.has(name) && !(`${room}/${name}` in EXEMPT));
    expect(untested).toEqual([]);
  });

  test('every test has the name of a file', () => {
    const strays = [...tested].filter(
      ([name, source]) => name.endsWith('.test.ts') && (source === undefined || !sources.includes(source)),
    );
    expect(strays).toEqual([]);
  });

  test('every reason is for a file that exists and has no test of its name', () => {
    const covered = new Set(tested.values());
    const exempt = Object.keys(EXEMPT).filter((path) => path.startsWith(`${room}/`));
    for (const path of exempt) {
      const name = path.slice(room.length + 1);
      expect(sources).toContain(name);
      expect(covered).not.toContain(name);
    }
  });
});

test('every reason is for a file of a room', () => {
  const rooms: readonly string[] = ROOM_NAMES;
  for (const path of Object.keys(EXEMPT)) expect(rooms).toContain(path.split('/')[0]);
});

test('every test that a reason names exists', () => {
  const named = Object.values(EXEMPT).flatMap((reason) => reason.match(/test\/[\w/.-]+\.test\.ts/g) ?? []);
  expect(named).not.toEqual([]);
  expect(named.filter((path) => !existsSync(fromRoot(path)))).toEqual([]);
});
