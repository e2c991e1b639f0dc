import { run, runOk } from './run.ts';

/** The Go toolchain that a module selects, and what it builds for. */
export interface Go {
  readonly version: string;
  /** As Go names it: `linux-amd64`. */
  readonly platform: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows' };

/** The platform of this machine as Go names it, for machines without Go. */
export const hostPlatform = (): string =>
  `${SYSTEMS[process.platform] ?? process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;

/**
 * Asks for Go's version in a module's folder. `undefined` if Go is not installed.
 * @param path where to look for it, in the form of the variable PATH. Default: that of this process
 */
export async function findGo(dir: string, path = process.env['PATH'] ?? ''): Promise<Go | undefined> {
  const env = { PATH: path };
  const installed = await run('go', ['version'], { env: { ...env, GOTOOLCHAIN: 'local' } }).catch(
    () => undefined,
  );
  if (installed === undefined) return undefined;
  // Run in the module's folder: its `go` line may make Go fetch and use a newer toolchain.
  const { stdout } = await runOk('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], {
    env,
    cwd: dir,
    timeoutMs: 300_000,
  });
  const [version = '', system = '', architecture = ''] = stdout.trim().split('\n');
  return { version, platform: `${system}-${architecture}` };
}
