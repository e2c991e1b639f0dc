/**
 * The projects of Vitest, by what each includes. A test file that stands in none, or in two, fails test/kit/projects.test.ts:
 * a new folder becomes nobody's test by accident.
 */
import { matchesGlob } from 'node:path';

/** What a project includes, and what becomes of a file that fails. */
export interface Project {
  readonly include: readonly string[];
  /** A file of these that fails is run once more, by itself, at the end of the run. */
  readonly secondTry: boolean;
}

/** Rooms of src/ and helpers whose tests run within the test process: pure ones, and servers without a program around. */
const UNIT_FOLDERS = [
  'admission',
  'api',
  'background',
  'certificates',
  'certs',
  'config',
  'copies',
  'digest',
  'histories/checker',
  'house',
  'in-step',
  'kit',
  'manifests',
  'marks',
  'policy',
  'references',
  'telemetry',
  'workloads',
];

/** Tests that start the program, bundle it, fuzz a running server, build with Go, or run another Vitest. */
const PROGRAM_FOLDERS = ['commands', 'release', 'server/bad-input', 'lab/programs', 'gate'];

const all = (folder: string) => `test/${folder}/**/*.test.ts`;

export const PROJECTS = {
  unit: {
    include: [...UNIT_FOLDERS.map(all), 'test/server/*.test.ts', 'test/*.test.ts'],
    secondTry: false,
  },
  program: { include: PROGRAM_FOLDERS.map(all), secondTry: false },
  image: { include: [all('image')], secondTry: false },
  'control-plane': { include: ['test/lab/*.test.ts', all('promises')], secondTry: true },
  histories: { include: ['test/histories/*.test.ts'], secondTry: true },
  chart: { include: [all('chart')], secondTry: true },
  nodes: { include: [all('nodes')], secondTry: true },
} as const satisfies Record<string, Project>;

export type ProjectName = keyof typeof PROJECTS;

/** The projects that a test file stands in: one, if all is well. @param file seen from the repository, with slashes */
export const projectsOf = (file: string): readonly string[] =>
  Object.entries(PROJECTS).flatMap(([name, { include }]) =>
    include.some((pattern) => matchesGlob(file, pattern)) ? [name] : [],
  );

/** Whether a file of this project that fails is run once more. */
export const hasSecondTry = (project: string): boolean =>
  Object.entries(PROJECTS).some(([name, { secondTry }]) => name === project && secondTry);

/**
 * `npm test`: projects that run one after the other in one Vitest, and all these lanes beside each other. Four workers on
 * two cores: those of a control plane wait a lot.
 */
export const LANES: readonly (readonly ProjectName[])[] = [
  ['control-plane', 'histories'],
  ['chart', 'image', 'program', 'unit'],
  ['nodes'],
];
