import { runChild } from '../child.ts';
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
  const options = {
    stdin: interactive ? ('inherit' as const) : ('ignore' as const),
    env: { ...process.env, ...run.env, KUBERNETES_EXEC_INFO: JSON.stringify(run.info(interactive)) },
    ...(interactive ? {} : { timeout: LONGEST_RUN_MS, killSignal: 'SIGKILL' as const }),
  };
  const { output, end } = await runChild(program, run.args, options).catch((cause: unknown) => {
    const hint = installHint === undefined ? '' : `: ${installHint}`;
    throw kubeconfigError(`the exec plugin ${program} cannot be run (${codeOf(cause)})${hint}`, cause);
  });
  if (end === 0) return output;
  throw kubeconfigError(`the exec plugin ${program} ended with ${end}`);
}
