import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Parse } from 'typebox/value';

const Manifest = Type.Object({
  version: Type.String(),
  bin: Type.Object({ node: Type.String() }),
});

/**
 * The program of Node in an npm package. npm checks the package against the registry's checksum. No script of the
 * package runs, and its platform may be another than ours.
 * @param folder keeps what was installed, for the next time
 * @returns path of the program
 */
export function nodeProgram(name: string, version: string, folder: string): string {
  const prefix = join(folder, `${name}-${version}`);
  const installed = join(prefix, 'node_modules', name);
  if (!existsSync(join(installed, 'package.json'))) {
    mkdirSync(prefix, { recursive: true });
    const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--force', '--loglevel=error'];
    execFileSync('npm', ['install', ...flags, '--prefix', prefix, `${name}@${version}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const text: unknown = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  return join(installed, Parse(Manifest, text).bin.node);
}
