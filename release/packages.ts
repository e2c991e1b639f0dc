import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Parse } from 'typebox/value';

/** An npm package that the bundle contains a part of. */
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

function packageAt(folder: string): BundledPackage {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = Parse(Manifest, manifest);
  return { name, version, license, folder };
}

/**
 * The packages that these modules come from, by name and version.
 * @param modules paths of files; those outside `node_modules` are lockstep's own
 * @throws if a package does not state its name, version and licence
 */
export function packagesOf(modules: readonly string[]): BundledPackage[] {
  const folders = new Set(modules.flatMap((path) => PACKAGE_FOLDER.exec(path)?.[0] ?? []));
  // npm may have installed one version in several places.
  const byId = new Map([...folders].map(packageAt).map((each) => [idOf(each), each]));
  return [...byId.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

export const idOf = ({ name, version }: Pick<BundledPackage, 'name' | 'version'>) => `${name}@${version}`;
