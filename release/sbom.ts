import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Static, Type } from 'typebox';
import { Parse } from 'typebox/value';
import { type BundledPackage, idOf } from './packages.ts';

/** The part of a CycloneDX document that changes here; the rest is passed on. */
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
 * The list of what the bundle contains, out of npm's list of what is installed. Development
 * packages are not bundled, nor are some packages that others depend on. A flaw in those is
 * not a flaw of lockstep, so a scanner should not see them. What differs between runs, or
 * with the name of the folder, is left out, so that the same sources give the same bytes.
 */
export function bundledSbom(listed: Sbom, program: string, packages: readonly BundledPackage[]): Sbom {
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
  // Not `--omit=dev`: npm would also drop optional peers of development tools (`yaml`, by vite).
  const args = ['sbom', '--sbom-format=cyclonedx'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const sbom = bundledSbom(Parse(Document, JSON.parse(stdout)), 'lockstep', packages);
  return `${JSON.stringify(sbom, null, 2)}\n`;
}
