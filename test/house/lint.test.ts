import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PACKAGES, PURE, ROOM_NAMES, ROOMS } from '../../lab/house/rooms.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A file that breaks a rule, or none. */
interface Sample {
  readonly path: string;
  readonly text: string;
  /** The rule that it breaks. undefined: none of the house's rules. */
  readonly breaks?: string;
}

const importing = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;
const restricted = 'noRestrictedImports';

const BETWEEN_ROOMS = ROOM_NAMES.flatMap((room) =>
  ROOM_NAMES.filter((other) => other !== room).map((other): Sample => {
    const may: readonly string[] = ROOMS[room];
    const sample = { path: `src/${room}/to-${other}.ts`, text: importing(`../${other}/x.ts`) };
    return may.includes(other) ? sample : { ...sample, breaks: restricted };
  }),
);

const OF_PACKAGES = Object.entries(PACKAGES).flatMap(([name, rooms]) =>
  ROOM_NAMES.map((room): Sample => {
    const sample = { path: `src/${room}/package-${name.replaceAll('/', '-')}.ts`, text: importing(name) };
    return rooms.includes(room) ? sample : { ...sample, breaks: restricted };
  }),
);

const OF_IO = ROOM_NAMES.flatMap((room): Sample[] => {
  const reads = { path: `src/${room}/reads.ts`, text: importing('node:fs/promises') };
  return [
    PURE.includes(room) ? { ...reads, breaks: restricted } : reads,
    { path: `src/${room}/hashes.ts`, text: importing('node:crypto') },
    { path: `src/${room}/tests.ts`, text: importing('../../test/kit/x.ts'), breaks: restricted },
  ];
});

const lines = (count: number) => Array.from({ length: count }, (_, i) => `  x(${i});`).join('\n');
const OTHERS: readonly Sample[] = [
  { path: 'lab/nodes/x.ts', text: importing('../../test/kit/x.ts'), breaks: restricted },
  { path: 'lab/nodes/y.ts', text: importing('../../src/errors.ts') },
  { path: 'src/api/one.ts', text: importing('./two.ts'), breaks: 'noImportCycles' },
  { path: 'src/api/two.ts', text: 'import { y } from "./one.ts";\nexport const x = () => y;\n' },
  {
    path: 'src/api/long-function.ts',
    text: `export function f(x: (n: number) => void) {\n${lines(45)}\n}\n`,
    breaks: 'noExcessiveLinesPerFunction',
  },
  {
    path: 'src/api/long-file.ts',
    text: `${Array.from({ length: 160 }, (_, i) => `export const a${i} = ${i};`).join('\n')}\n`,
    breaks: 'noExcessiveLinesPerFile',
  },
];

const SAMPLES = [...BETWEEN_ROOMS, ...OF_PACKAGES, ...OF_IO, ...OTHERS];
let said = new Map<string, string[]>();
let house = '';

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string };
  }[];
}

// A separate house with the same rules, so that the files that break them are never part of the real one.
beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'lockstep-house-'));
  cpSync(fromRoot('biome.json'), join(house, 'biome.json'));
  for (const { path, text } of SAMPLES) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(fromRoot('node_modules/.bin/biome'), args, {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const report: Report = JSON.parse(stdout);
  const rule = (category: string) => category.split('/').at(-1) ?? '';
  const byFile = Map.groupBy(report.diagnostics, ({ location }) => location.path);
  said = new Map([...byFile].map(([path, of]) => [path, of.map(({ category }) => rule(category))]));
  // Seconds on a busy machine.
}, 60_000);
afterAll(() => rmSync(house, { recursive: true, force: true }));

test('the linter reports each rule of the house that is broken', () => {
  const unnoticed = SAMPLES.filter(
    ({ path, breaks }) => breaks !== undefined && !said.get(path)?.includes(breaks),
  );
  expect(unnoticed.map(({ path, breaks }) => `${path}: ${breaks}`)).toEqual([]);
});

test('an allowed import is not an error', () => {
  const blamed = SAMPLES.filter(
    ({ path, breaks }) => breaks === undefined && said.get(path)?.includes(restricted),
  );
  expect(blamed.map(({ path }) => path)).toEqual([]);
});
