import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Parse } from 'typebox/value';

/** An npm package of which something is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly folder: string;
}

const Manifest = Type.Object({
  name: Type.String({ minLength: 1 }),
  version: Type.String({ minLength: 1 }),
  license: Type.String({ minLength: 1 }),
});

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * The packages that these modules are from, by name and version.
 * @param modules paths of files; those outside `node_modules` are lockstep's own
 * @throws where a package does not say its name, version and licence
 */
export function packagesOf(modules: readonly string[]): BundledPackage[] {
  const folders = new Set(modules.flatMap((path) => PACKAGE_FOLDER.exec(path)?.[0] ?? []));
  return [...folders]
    .map((folder) => {
      const { name, version, license } = Parse(
        Manifest,
        JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
      );
      return { name, version, license, folder };
    })
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

export const idOf = ({ name, version }: Pick<BundledPackage, 'name' | 'version'>) => `${name}@${version}`;
