import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';

/** The output of a program, and its exit code (128 if a signal ended it). */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** How to run a program. `env` is added to this process's environment. */
export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Default: 60 s. A program that takes longer is killed. */
  readonly timeoutMs?: number;
}

/** A command that failed, with its whole output. */
export class CommandError extends Error {
  readonly result: CommandResult;

  constructor(command: readonly string[], why: string, result: CommandResult) {
    const said = [
      ['stdout', result.stdout],
      ['stderr', result.stderr],
    ].map(([name, output]) => `${name}:\n${output?.trimEnd() || '(nothing)'}`);
    super(`${command.join(' ')}\n${why}\n${said.join('\n')}`);
    this.name = 'CommandError';
    this.result = result;
  }
}

/**
 * Runs a program to its end. A non-zero exit code is a result, not an error.
 * @throws CommandError after the timeout; Error if the program could not be started
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const { input = '', env = {}, cwd, timeoutMs = 60_000 } = options;
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  // A program that never reads its input closes the pipe early. Nothing is lost.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    const result = { stdout, stderr, exitCode: child.exitCode ?? 128 };
    if (timedOut)
      throw new CommandError([basename(program), ...args], `was killed after ${timeoutMs} ms`, result);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a program that must succeed.
 * @throws CommandError with the command, stdout and stderr if it exits with anything but 0
 */
export async function runOk(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const result = await run(program, args, options);
  if (result.exitCode === 0) return result;
  throw new CommandError([basename(program), ...args], `exited with ${result.exitCode}`, result);
}
