import { PACKAGES, PURE, ROOM_NAMES, ROOMS, type Room } from './rooms.ts';

interface Pattern {
  readonly group: readonly string[];
  readonly message: string;
}

/** Packages that do I/O, or that a program is assembled with. */
const NO_IO: Pattern = {
  group: ['node:*', 'node:*/**', '!node:crypto', ...Object.keys(PACKAGES)],
  message: 'This room is pure: it does no I/O. Take what is needed as a parameter.',
};

const OUTSIDE: Pattern = {
  group: ['**/lab/**', '**/test/**', '**/bench/**', '**/release/**', '**/certs/**'],
  message: 'The program knows nothing of what builds and tests it.',
};

function patternsOf(room: Room): Pattern[] {
  const may: readonly string[] = ROOMS[room];
  const closed = ROOM_NAMES.filter((other) => other !== room && !may.includes(other));
  const packages = Object.keys(PACKAGES).filter((name) => !PACKAGES[name]?.includes(room));
  const rooms = {
    group: closed.map((other) => `**/${other}/**`),
    message: `src/${room}/ may import ${may.length > 0 ? may.join(', ') : 'no other room'}: see lab/house/rooms.ts.`,
  };
  const libraries = {
    group: packages,
    message: 'This package belongs to other rooms: see lab/house/rooms.ts.',
  };
  return [rooms, OUTSIDE, PURE.includes(room) ? NO_IO : libraries];
}

const restricted = (patterns: readonly Pattern[]) => ({
  rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } },
});

/** The overrides of biome.json that enforce the rules of the house. */
export const overrides = () => [
  ...ROOM_NAMES.map((room) => ({
    includes: [`src/${room}/**`],
    linter: restricted(patternsOf(room)),
  })),
  {
    includes: ['lab/**'],
    linter: restricted([
      { group: ['**/test/**'], message: 'The lab knows nothing of the tests: they use the lab.' },
    ]),
  },
  {
    // A file is about one thing, and a function does one (docs/architecture.md).
    includes: ['src/**'],
    linter: {
      rules: {
        complexity: {
          noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 40, skipBlankLines: true } },
        },
        style: { noExcessiveLinesPerFile: { level: 'error', options: { maxLines: 150 } } },
      },
    },
  },
];
