import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eventually } from './eventually.ts';

/** The traces of a cluster that must disappear with it. */
export interface Left {
  readonly dir: string;
  /** The ids of its processes, by their names. */
  readonly pids: ReadonlyMap<string, number>;
}

/**
 * Waits until a cluster's owner prints the path of its kubeconfig, and reads the ids of the cluster's
 * processes.
 */
export async function untilRunning(child: ChildProcess): Promise<Left & { child: ChildProcess }> {
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += String(chunk);
  });
  const dir = await eventually(
    () => {
      const [, kubeconfig] = /^export KUBECONFIG=(.+)$/m.exec(said) ?? [];
      return kubeconfig !== undefined && dirname(dirname(kubeconfig));
    },
    { timeoutMs: 60_000, what: 'a kubeconfig' },
  );
  return { child, dir, pids: await pidsIn(dir) };
}

/** The ids of the processes that a keeper runs in this folder, including the keeper's. */
export async function pidsIn(dir: string): Promise<Map<string, number>> {
  const files = (await readdir(dir)).filter((name) => name.endsWith('.pid'));
  const pids = new Map<string, number>();
  for (const file of files)
    pids.set(file.replace('.pid', ''), Number(await readFile(join(dir, file), 'utf8')));
  return pids;
}

export async function allGone({ dir, pids }: Left): Promise<void> {
  await eventually(() => !existsSync(dir), { timeoutMs: 10_000, what: `removal of ${dir}` });
  for (const [name, pid] of pids) {
    await eventually(() => isGone(pid), { timeoutMs: 10_000, what: `the end of ${name} (${pid})` });
  }
}

/** The process has ended, or is dead and init has not collected it yet. */
async function isGone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(status);
}
