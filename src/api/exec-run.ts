import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { codeOf } from '../errors.ts';
import { kubeconfigError } from './errors.ts';

export interface PluginRun {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The plugin's input, in KUBERNETES_EXEC_INFO. */
  info(interactive: boolean): object;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  readonly installHint: string | undefined;
}

/** For a plugin without a terminal. kubectl has no such limit, but a user sits in front of kubectl. */
const LONGEST_RUN_MS = 60_000;

/**
 * Runs a plugin. Its messages to people go to our standard error.
 * @returns what it printed
 * @throws LockstepError KUBECONFIG_INVALID, which does not quote what it printed
 */
export async function runPlugin(run: PluginRun): Promise<string> {
  const { program, interactiveMode, installHint } = run;
  const interactive = interactiveMode !== 'Never' && process.stdin.isTTY === true;
  if (interactiveMode === 'Always' && !interactive)
    throw kubeconfigError(`the exec plugin ${program} needs a terminal, and standard input is not one`);
  const child = spawn(program, run.args, {
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...run.env, KUBERNETES_EXEC_INFO: JSON.stringify(run.info(interactive)) },
    ...(interactive ? {} : { timeout: LONGEST_RUN_MS, killSignal: 'SIGKILL' as const }),
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | NodeJS.Signals | null>();
  child.on('error', reject).on('close', (code, signal) => resolve(signal ?? code));
  let printed: string;
  let end: number | NodeJS.Signals | null;
  try {
    [printed, end] = await Promise.all([text(child.stdout), ended]);
  } catch (cause) {
    const hint = installHint === undefined ? '' : `: ${installHint}`;
    throw kubeconfigError(`the exec plugin ${program} cannot be run (${codeOf(cause)})${hint}`, cause);
  }
  if (end === 0) return printed;
  throw kubeconfigError(`the exec plugin ${program} ended with ${end}`);
}
