import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { floorsOf, importsIn, pictureOf, roomGraph, roomOf } from '../../lab/house/imports.ts';
import { ROOM_NAMES, ROOMS } from '../../lab/house/rooms.ts';
import { ARCHITECTURE, BIOME, SRC, withOverrides, withPicture } from '../../lab/house/written.ts';

const graph = roomGraph(importsIn(SRC));

test('docs/architecture.md shows the imports as they are (else: npm run house)', () => {
  const text = readFileSync(ARCHITECTURE, 'utf8');
  expect(text).toContain('<!-- imports -->');
  expect(withPicture(text)).toBe(text);
});

test('the linter has the rules of the table (else: npm run house)', () => {
  const text = readFileSync(BIOME, 'utf8');
  expect(JSON.parse(withOverrides(text))).toEqual(JSON.parse(text));
});

test('every folder of src/ is a room of the table, and every import that the table allows is used', () => {
  const folders = new Set(globSync('*/*.ts', { cwd: SRC }).map(roomOf));
  expect([...folders].toSorted()).toEqual(ROOM_NAMES.toSorted());
  const unused = ROOM_NAMES.flatMap((room) =>
    ROOMS[room].filter((other) => !graph.get(room)?.has(other)).map((other) => `${room} -> ${other}`),
  );
  expect(unused).toEqual([]);
});

test('no room imports itself through other rooms', () => {
  expect(() => floorsOf(graph)).not.toThrow();
  const circle = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['a'])],
  ]);
  expect(() => floorsOf(circle)).toThrow('rooms import one another: a -> b -> c -> a');
});

test('in the picture every arrow runs down', () => {
  const small = new Map([
    ['top', new Set(['ground', 'middle'])],
    ['middle', new Set(['ground'])],
    ['ground', new Set<string>()],
  ]);
  expect(pictureOf(small)).toBe(' 2  top     -> middle ground\n 1  middle  -> ground\n 0  ground\n');
});

test('no line of src/ is wider than 120 columns, although the formatter leaves comments and strings alone', () => {
  const wide = globSync('**/*.ts', { cwd: SRC }).flatMap((file) =>
    readFileSync(join(SRC, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (line.length > 120 ? [`${file}:${i + 1}`] : [])),
  );
  expect(wide).toEqual([]);
});
