import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Static, Type } from 'typebox';
import { Parse } from 'typebox/value';
import { type BundledPackage, idOf } from './packages.ts';

/** The part of a CycloneDX document that is changed here; the rest is passed on. */
const Component = Type.Object({ 'bom-ref': Type.String(), name: Type.String(), version: Type.String() });
const Dependency = Type.Object({ ref: Type.String(), dependsOn: Type.Array(Type.String()) });
const Document = Type.Object({
  bomFormat: Type.Literal('CycloneDX'),
  serialNumber: Type.Optional(Type.String()),
  metadata: Type.Object({ timestamp: Type.Optional(Type.String()), component: Component }),
  components: Type.Array(Component),
  dependencies: Type.Array(Dependency),
});
export type Sbom = Static<typeof Document>;

/**
 * npm lists all that is installed. A scanner should be shown what is there: nothing is bundled of what is for development,
 * nor of some packages that others ask for, and a flaw in those is none of lockstep's. What differs from one run to the
 * next, or by the name of the folder, is left out, so that the same sources give the same bytes.
 */
export function narrowed(listed: Sbom, program: string, packages: readonly BundledPackage[]): Sbom {
  const bundled = new Set(packages.map(idOf));
  const components = listed.components.filter((component) => bundled.has(idOf(component)));
  const missing = [...bundled].filter((id) => !components.some((component) => idOf(component) === id));
  if (missing.length > 0)
    throw new Error(`bundled, but not among what npm has installed: ${missing.join(', ')}`);
  const { serialNumber: _random, metadata, ...rest } = listed;
  const { timestamp: _now, ...lasting } = metadata;
  const root = { ...metadata.component, name: program };
  const refs = new Set([root, ...components].map((component) => component['bom-ref']));
  const dependencies = listed.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn, ...more }) => ({
      ...more,
      ref,
      dependsOn: dependsOn.filter((on) => refs.has(on)),
    }));
  return { ...rest, metadata: { ...lasting, component: root }, components, dependencies };
}

/**
 * The software bill of materials of the bundle, as CycloneDX JSON.
 * @param root of the repository, with its dependencies installed
 */
export async function sbomOf(root: string, packages: readonly BundledPackage[]): Promise<string> {
  // Not `--omit=dev`: npm then drops what a tool for development names as an optional peer, too (`yaml`, by vite).
  const args = ['sbom', '--sbom-format=cyclonedx'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return `${JSON.stringify(narrowed(Parse(Document, JSON.parse(stdout)), 'lockstep', packages), null, 2)}\n`;
}
