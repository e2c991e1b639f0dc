import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../src/version.ts';
import { callsOf, IMAGE_TOOLS, type ImageTool } from './image-tools.ts';
import { run } from './run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface ImageOptions {
  /** NAME:TAG. Default: `lockstep:VERSION`. */
  readonly tag?: string | undefined;
  /** Image that the program runs in. Default: the Dockerfile's. */
  readonly base?: string | undefined;
  /** Image that the program is bundled in. Default: the Dockerfile's. */
  readonly buildBase?: string | undefined;
  /** File to write a docker-archive to. */
  readonly archive?: string | undefined;
  /** npm's cache on this machine, for a build without a network; buildah only. */
  readonly npmCache?: string | undefined;
  /** The version in the label. Default: package.json's. */
  readonly version?: string | undefined;
  readonly tool?: ImageTool | undefined;
  /** Environment variables for the tool, added to ours. */
  readonly env?: Readonly<Record<string, string>>;
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

const isInstalled = (tool: ImageTool) => output(tool, ['--version']) !== undefined;

function toolFor(wanted: ImageTool | undefined): ImageTool {
  if (wanted !== undefined && !isInstalled(wanted)) throw new Error(`--tool: ${wanted} is not installed`);
  const tool = wanted ?? IMAGE_TOOLS.find(isInstalled);
  if (!tool) throw new Error(`building an image needs ${IMAGE_TOOLS.join(' or ')}: neither is installed`);
  return tool;
}

/** The commit, with `-dirty` if the files differ from it; `unknown` outside a repository. */
function revision(): string {
  const commit = output('git', ['rev-parse', 'HEAD'])?.trim();
  if (commit === undefined) return 'unknown';
  return output('git', ['status', '--porcelain']) === '' ? commit : `${commit}-dirty`;
}

/** SOURCE_DATE_EPOCH, else the commit's time, in seconds since the epoch. */
function madeAt(): number {
  const given = process.env['SOURCE_DATE_EPOCH'] ?? output('git', ['log', '-1', '--format=%ct']) ?? '0';
  return Number(given);
}

/**
 * Builds lockstep's image. The same commit, bases and tool give the same image.
 * @returns its NAME:TAG
 * @throws Error if no tool is installed, or the build failed
 */
export async function buildImage(options: ImageOptions = {}): Promise<string> {
  const tool = toolFor(options.tool);
  const version = options.version ?? VERSION;
  const tag = options.tag ?? `lockstep:${version}`;
  const args = {
    VERSION: version,
    REVISION: revision(),
    ...(options.base !== undefined && { BASE: options.base }),
    ...(options.buildBase !== undefined && { BUILD_BASE: options.buildBase }),
  };
  const { archive, npmCache } = options;
  // buildah adds to an existing archive, or fails.
  if (archive !== undefined) rmSync(archive, { force: true });
  const calls = callsOf(tool, { tag, context: ROOT, args, madeAt: madeAt(), archive, npmCache });
  for (const { program, args, env } of calls) await run(program, args, { ...options.env, ...env });
  return tag;
}
