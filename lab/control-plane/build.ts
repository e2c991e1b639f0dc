import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openKeeper } from '../keeper/keeper.ts';
import { logTail } from '../keeper/tail.ts';
import type { ToolModule } from './modules.ts';
import type { Progress } from './progress.ts';

/** What to build, and where to put it. */
export interface BuildRequest {
  readonly program: string;
  /** The Go package that it is built from, as seen from the module. */
  readonly package: string;
  readonly module: Pick<ToolModule, 'dir' | 'ldflags'>;
  /** The cache folder of the module. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds one program into the cache. The linker writes it into a folder that is removed with this process.
 * Then the whole file is moved into place. So an interrupted build leaves nothing, and if two builds run at
 * once, the later one replaces the earlier one by the same program.
 * @returns the program's path
 * @throws Error with the end of Go's output
 */
export async function build(request: BuildRequest): Promise<string> {
  const { program, module, folder, progress, signal } = request;
  const finish = progress.begin(`building ${program} (once, into ${folder})`);
  await mkdir(folder, { recursive: true });
  const keeper = await openKeeper(join(folder, '.building-'), signal);
  try {
    const made = join(keeper.dir, 'program');
    const flags = ['-trimpath', '-ldflags', module.ldflags];
    const exit = keeper.exit('go');
    keeper.start({
      name: 'go',
      command: 'go',
      args: ['build', ...flags, '-o', made, request.package],
      cwd: module.dir,
      env: { CGO_ENABLED: '0' },
    });
    const how = await exit;
    signal?.throwIfAborted();
    if (how !== 'exit code 0') throw await buildError(program, how, keeper.logOf('go'));
    const path = join(folder, program);
    await rename(made, path);
    finish('done');
    return path;
  } catch (error) {
    finish('failed');
    throw error;
  } finally {
    await keeper.stop();
  }
}

const buildError = async (program: string, how: string, log: string): Promise<Error> =>
  new Error(`go could not build ${program} (${how}). The end of its output:\n${await logTail(log, 40)}`);
