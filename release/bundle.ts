import { fileURLToPath } from 'node:url';
import { build, type Plugin, type RolldownOutput } from 'rolldown';
import { packagesOf } from './packages.ts';
import { sbomOf } from './sbom.ts';
import { thirdPartyText } from './third-party.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * client-node's modules do nothing when they are loaded but define things, but its package.json does not say so. Without
 * this, the 900 generated classes of the Kubernetes API come along, of which lockstep uses none. (The one exception, a
 * polyfill, is for Node 18.)
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

/** Bundles the program, `src/main.ts`, with all that it needs but Node. */
export function bundle(folder: string): Promise<RolldownOutput> {
  return build({
    input: fileURLToPath(new URL('../src/main.ts', import.meta.url)),
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
