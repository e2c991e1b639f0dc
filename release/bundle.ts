import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  build,
  type InputOption,
  type InputOptions,
  type OutputOptions,
  type Plugin,
  type RolldownOutput,
} from 'rolldown';
import { packagesOf } from './packages.ts';
import { sbomOf } from './sbom.ts';
import { thirdPartyText } from './third-party.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const source = (name: string): string => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

/** The programs of a release, by the names of their bundles. They share the code that both need. */
const PROGRAMS = { main: source('main.ts'), kubectl: source('kubectl.ts') };

/**
 * client-node's modules only define things when they are loaded, but its package.json does
 * not say so. Without this pattern, classes of its 24 MB of generated API get into the
 * bundle, and lockstep uses none of them. The one exception, a polyfill, is for Node 18.
 */
const PURE_MODULES = /\/@kubernetes\/client-node\/dist\//;

/** Writes what must accompany the bundle: the list of what it contains, and the licences. */
const inventory: Plugin = {
  name: 'inventory',
  async generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const packages = packagesOf(modules);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source: thirdPartyText(packages) });
    this.emitFile({ type: 'asset', fileName: 'sbom.cdx.json', source: await sbomOf(ROOT, packages) });
  },
};

/** What every bundle has. */
const INPUT_OPTIONS = {
  cwd: ROOT,
  platform: 'node',
  treeshake: { moduleSideEffects: [{ test: PURE_MODULES, sideEffects: false }] },
  plugins: [inventory],
} as const satisfies InputOptions;

const OUTPUT_OPTIONS = {
  cleanDir: true,
  // Names stay, so that a log in a user's report shows where something happened.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  comments: false,
} as const satisfies OutputOptions;

/**
 * Bundles programs with all that they need except Node. Modules
 * that they load with `import()` become files of their own.
 * @param folder loses its former contents
 * @param input path of the program's main file, or those of several programs by the names of their bundles
 */
export const bundle = (folder: string, input: InputOption = PROGRAMS): Promise<RolldownOutput> =>
  build({
    ...INPUT_OPTIONS,
    input,
    output: { ...OUTPUT_OPTIONS, dir: folder, format: 'esm', chunkFileNames: '[name].js' },
  });

/**
 * Bundles `kubectl lockstep` as one file, for an executable. It is CommonJS: in an executable, only such a file can be
 * kept as compiled code.
 * @param file its folder loses its former contents
 */
export const bundleOneFile = (file: string): Promise<RolldownOutput> =>
  build({
    ...INPUT_OPTIONS,
    input: PROGRAMS.kubectl,
    output: {
      ...OUTPUT_OPTIONS,
      dir: dirname(file),
      entryFileNames: basename(file),
      format: 'cjs',
      codeSplitting: false,
    },
  });
