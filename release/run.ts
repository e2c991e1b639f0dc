import { spawn } from 'node:child_process';

/**
 * Runs a program with our own output and error channels.
 * @throws Error naming the program, if it cannot be started or ends with a code other than 0
 */
export async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const { promise, resolve, reject } = Promise.withResolvers<number | NodeJS.Signals | null>();
  child.on('error', reject).on('close', (code, signal) => resolve(signal ?? code));
  const ended = await promise;
  if (ended !== 0) throw new Error(`${program} ${args[0]} ended with ${ended}`);
}
