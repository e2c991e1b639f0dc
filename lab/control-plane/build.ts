import { join } from 'node:path';
import { logTail } from '../keeper/tail.ts';
import { intoCache, type Missing } from './into-cache.ts';
import type { ToolModule } from './modules.ts';

/** What to build, and where to put it. */
export interface BuildRequest extends Missing {
  /** The Go package that it is built from, as seen from the module. */
  readonly package: string;
  /** For `go build -tags`. */
  readonly tags?: string | undefined;
  readonly module: Pick<ToolModule, 'dir' | 'ldflags'>;
}

/**
 * Builds one program into the cache.
 * @returns the program's path
 * @throws Error with the end of Go's output
 */
export function build(request: BuildRequest): Promise<string> {
  const { program, module, tags = '', signal } = request;
  return intoCache('building', request, async (keeper) => {
    const made = join(keeper.dir, 'program');
    const flags = ['-trimpath', '-tags', tags, '-ldflags', module.ldflags];
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
    return made;
  });
}

const buildError = async (program: string, how: string, log: string): Promise<Error> =>
  new Error(`go could not build ${program} (${how}). The end of its output:\n${await logTail(log, 40)}`);
