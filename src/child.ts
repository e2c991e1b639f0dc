import { type SpawnOptions, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a program ended: its exit code, or the signal that ended it. */
export type ChildEnd = number | NodeJS.Signals | null;

/**
 * Runs a program to its end. Its messages to people go to our standard error.
 * @throws what `spawn` reports if the program cannot be run
 */
export async function runChild(
  program: string,
  args: readonly string[],
  { stdin = 'ignore', ...options }: Omit<SpawnOptions, 'stdio'> & { stdin?: 'ignore' | 'inherit' } = {},
): Promise<{ readonly output: string; readonly end: ChildEnd }> {
  const child = spawn(program, args, { ...options, stdio: [stdin, 'pipe', 'inherit'] });
  const { promise: ended, resolve, reject } = Promise.withResolvers<ChildEnd>();
  child.on('error', reject).on('close', (code, signal) => resolve(signal ?? code));
  const [output, end] = await Promise.all([text(child.stdout), ended]);
  return { output, end };
}
