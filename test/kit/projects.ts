/**
 * The projects of Vitest, by what each includes. test/kit/projects.test.ts fails if a test file is in no
 * project, or in two. So the tests of a new folder cannot be left out by accident.
 */
import { matchesGlob } from 'node:path';

/** What a project includes, and whether a failed file gets a second try. */
export interface Project {
  readonly include: readonly string[];
  /** A file of the project that fails is run once more, by itself, at the end of the run. */
  readonly secondTry: boolean;
}

/**
 * Rooms of src/ and helpers with tests inside the test process: pure ones, and servers without a program
 * around them.
 */
const UNIT_FOLDERS = [
  'admission',
  'assessments',
  'api',
  'waiting',
  'background',
  'certificates',
  'census',
  'certs',
  'cluster',
  'config',
  'controller',
  'copies',
  'digest',
  'histories/checker',
  'hostile/attack',
  'hostile/checker',
  'house',
  'in-step',
  'kit',
  'kubectl',
  'manifests',
  'marks',
  'policy',
  'references',
  'sweep',
  'telemetry',
  'unblock',
  'workloads',
];

/** Tests that start the program, bundle it, fuzz a running server, build with Go, or run another Vitest. */
const PROGRAM_FOLDERS = [
  'commands',
  'release',
  'server/bad-input',
  'lab/programs',
  'gate',
  'kubectl-reader',
  'kubectl-program',
];

const all = (folder: string) => `test/${folder}/**/*.test.ts`;

export const PROJECTS = {
  unit: {
    include: [...UNIT_FOLDERS.map(all), 'test/server/*.test.ts', 'test/*.test.ts'],
    secondTry: false,
  },
  program: { include: PROGRAM_FOLDERS.map(all), secondTry: false },
  image: { include: [all('image')], secondTry: false },
  'control-plane': { include: ['test/lab/*.test.ts', all('promises')], secondTry: true },
  histories: { include: ['test/histories/*.test.ts', 'test/hostile/*.test.ts'], secondTry: true },
  chart: { include: [all('chart')], secondTry: true },
  nodes: { include: [all('nodes')], secondTry: true },
} as const satisfies Record<string, Project>;

export type ProjectName = keyof typeof PROJECTS;

/**
 * The projects that a test file is in: exactly one, if the table is right.
 * @param file relative to the repository, with slashes
 */
export const projectsOf = (file: string): readonly string[] =>
  Object.entries(PROJECTS).flatMap(([name, { include }]) =>
    include.some((pattern) => matchesGlob(file, pattern)) ? [name] : [],
  );

/** Whether a file of this project that fails is run once more. */
export const hasSecondTry = (project: string): boolean =>
  Object.entries(PROJECTS).some(([name, { secondTry }]) => name === project && secondTry);

/**
 * `npm test` runs these lanes beside each other, each with its projects in one Vitest. They have four workers, or five
 * at the end of the last lane, for two cores, because those with a control plane mostly wait. The nodes take half as long
 * as the control plane, so the histories come after them.
 */
export const LANES: readonly (readonly ProjectName[])[] = [
  ['control-plane'],
  ['chart', 'image', 'program', 'unit'],
  ['nodes', 'histories'],
];
