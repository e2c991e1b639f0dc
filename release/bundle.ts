import { fileURLToPath } from 'node:url';
import { build, type Plugin, type RolldownOutput } from 'rolldown';
import { packagesOf } from './packages.ts';
import { sbomOf } from './sbom.ts';
import { thirdPartyText } from './third-party.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/**
 * client-node's modules do nothing when they are loaded but define things, but its package.json does not say so. Without
 * this, classes of its 24 MB of generated API come along, of which lockstep uses none. (The one exception, a polyfill, is
 * for Node 18.)
 */
const PURE_MODULES = /\/@kubernetes\/client-node\/dist\//;

/** Writes what must go where the bundle goes: the licences of what is in it, and the list of it. */
const inventory: Plugin = {
  name: 'inventory',
  async generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const packages = packagesOf(modules);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source: thirdPartyText(packages) });
    this.emitFile({ type: 'asset', fileName: 'sbom.cdx.json', source: await sbomOf(ROOT, packages) });
  },
};

/**
 * Bundles a program with all that it needs but Node; what it imports in passing (`import()`) in files of its own.
 * @param folder what it holds is replaced
 * @param input path of the program's main file
 */
export function bundle(folder: string, input = MAIN): Promise<RolldownOutput> {
  return build({
    input,
    cwd: ROOT,
    platform: 'node',
    treeshake: { moduleSideEffects: [{ test: PURE_MODULES, sideEffects: false }] },
    plugins: [inventory],
    output: {
      dir: folder,
      cleanDir: true,
      format: 'esm',
      chunkFileNames: '[name].js',
      // Names stay: what a user reports from a log should say where it happened.
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      comments: false,
    },
  });
}
