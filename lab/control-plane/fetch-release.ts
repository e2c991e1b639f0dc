import { createHash } from 'node:crypto';
import { access, chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { cacheRoot } from './cache.ts';
import { hostPlatform } from './go.ts';
import { intoCache } from './into-cache.ts';
import type { ToolModule } from './modules.ts';
import type { ProgramName } from './programs.ts';
import type { Progress } from './progress.ts';
import { type ReleaseFile, releaseFile } from './releases.ts';
import { runOk } from './run.ts';

const Checksums = Type.Record(Type.String(), Type.String());

/** The SHA-256 checksums of release files, in hexadecimal, by their paths below `LOCKSTEP_BINARIES`. */
export type Checksums = Readonly<Static<typeof Checksums>>;

const CHECKSUMS = join(import.meta.dirname, 'checksums.json');

/** The checksums that the repository pins. */
export const pinnedChecksums = async (): Promise<Checksums> =>
  Value.Parse(Checksums, JSON.parse(await readFile(CHECKSUMS, 'utf8')));

/** The program, and where to get it from. */
export interface ReleaseRequest {
  readonly program: ProgramName;
  readonly module: ToolModule;
  /** `LOCKSTEP_BINARIES`: a folder on a web server. */
  readonly folder: string;
  readonly checksums: Checksums;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a program from a release, and keeps it in the cache. It accepts only files with a pinned checksum.
 * @returns the program's path. Undefined: no release has it
 * @throws Error if there is no checksum, the checksum differs, or the server does not have the file
 */
export async function fetchRelease(request: ReleaseRequest): Promise<string | undefined> {
  const { program, module, env } = request;
  const file = releaseFile(program, module, hostPlatform());
  if (file === undefined) return undefined;
  const checksum = checksumOf(file, request.checksums);
  const folder = join(cacheRoot(env), `released-${checksum.slice(0, 12)}`);
  const path = join(folder, program);
  if (await exists(path)) return path;
  const url = new URL(file.path, request.folder.replace(/\/*$/, '/'));
  return intoCache('fetching', { ...request, folder }, async (keeper) => {
    const content = await fetchFile(url, checksum, request.signal);
    const made = await unpack(content, file, keeper.dir);
    await chmod(made, 0o755);
    return made;
  });
}

function checksumOf({ path }: ReleaseFile, checksums: Checksums): string {
  const checksum = checksums[path];
  if (checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum)) return checksum;
  const why = checksum === undefined ? 'pins no SHA-256' : 'pins what is no SHA-256 (64 hexadecimal digits)';
  throw new Error(
    [
      `LOCKSTEP_BINARIES is set, but lab/control-plane/checksums.json ${why} for ${path}.`,
      "Take it from the project's own release page, and add it there:",
      `  "${path}": "<64 hexadecimal digits>"`,
      'Or unset LOCKSTEP_BINARIES: then the program is built with Go.',
    ].join('\n'),
  );
}

async function fetchFile(url: URL, checksum: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok) throw new Error(`LOCKSTEP_BINARIES: ${url} was answered with ${response.status}`);
  const content = Buffer.from(await response.arrayBuffer());
  const found = createHash('sha256').update(content).digest('hex');
  if (found === checksum) return content;
  throw new Error(
    `LOCKSTEP_BINARIES: ${url} has the SHA-256 ${found}; lab/control-plane/checksums.json pins ${checksum}. It is not used.`,
  );
}

/** @returns the program's path in the scratch folder */
async function unpack(content: Buffer, { member }: ReleaseFile, scratch: string): Promise<string> {
  const file = join(scratch, 'fetched');
  await writeFile(file, content);
  if (member === undefined) return file;
  await runOk('tar', ['-xzf', file, '-C', scratch, member]);
  return join(scratch, member);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
