import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleOneFile } from './bundle.ts';
import { nodeProgram } from './node-program.ts';
import { ownPlatform, type Platform, programName } from './platforms.ts';

const OUR_VERSION = process.versions.node;

/**
 * How Node makes an executable of itself and the bundle.
 * @see https://nodejs.org/api/single-executable-applications.html
 */
const seaConfig = (main: string, executable: string, output: string, isOurs: boolean) => ({
  main,
  mainFormat: 'commonjs',
  executable,
  output,
  disableExperimentalSEAWarning: true,
  // Compiled code is of one V8 and processor. Another platform compiles at its start.
  useCodeCache: isOurs,
  // NODE_OPTIONS and --node-options of a person are not for this program.
  execArgvExtension: 'none',
});

/** Where things are put, and kept for the next build. */
export interface Folders {
  /** Holds a folder for each platform. */
  readonly output: string;
  /** Keeps programs of Node for other platforms. */
  readonly cache: string;
}

/**
 * Builds executables of `kubectl lockstep`, each one file that needs nothing else.
 * @returns their paths, in the order of the platforms
 */
export async function buildExecutables(
  platforms: readonly Platform[],
  { output, cache }: Folders,
): Promise<string[]> {
  const own = ownPlatform(process);
  const work = mkdtempSync(join(tmpdir(), 'lockstep-executable-'));
  try {
    const main = join(work, 'bundle', 'kubectl.cjs');
    await bundleOneFile(main);
    return platforms.map((platform) => {
      const isOurs = platform.name === own.name;
      const version = platform.version ?? OUR_VERSION;
      const program = isOurs ? process.execPath : nodeProgram(platform.package, version, cache);
      const writer = version === OUR_VERSION ? process.execPath : nodeProgram(own.package, version, cache);
      const folder = join(output, platform.name);
      mkdirSync(folder, { recursive: true });
      const path = join(folder, programName(platform));
      // A program that runs can be removed, and not overwritten.
      rmSync(path, { force: true });
      const config = join(work, `${platform.name}.json`);
      writeFileSync(config, JSON.stringify(seaConfig(main, program, path, isOurs)));
      execFileSync(writer, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
      chmodSync(path, 0o755);
      for (const file of ['THIRD-PARTY.txt', 'sbom.cdx.json'])
        copyFileSync(join(work, 'bundle', file), join(folder, file));
      return path;
    });
  } finally {
    rmSync(work, { recursive: true });
  }
}
