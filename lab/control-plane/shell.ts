import { dirname } from 'node:path';
import type { ClusterData } from './client.ts';
import { type CommandResult, run } from './run.ts';

/**
 * Runs commands in a shell that stops at the first one that fails, as a reader of a document would. kubectl
 * and helm are on the path and call the cluster.
 * @param cwd default: that of this process
 */
export function runInShell(
  { kubeconfig, programs, dir }: ClusterData,
  commands: string,
  cwd?: string,
): Promise<CommandResult> {
  const path = [dirname(programs.kubectl), dirname(programs.helm), process.env['PATH'] ?? ''].join(':');
  const env = { KUBECONFIG: kubeconfig, PATH: path, HOME: dir };
  return run('sh', ['-e'], { input: commands, env, timeoutMs: 110_000, ...(cwd !== undefined && { cwd }) });
}
