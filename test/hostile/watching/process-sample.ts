import { readdir, readFile, readlink } from 'node:fs/promises';

/** What one replica takes at a time. */
export interface ProcessSample {
  readonly rssMiB: number;
  readonly files: number;
  readonly connections: number;
}

/** Reads /proc. undefined: the process has ended. */
export async function sampleProcess(pid: number): Promise<ProcessSample | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const rss = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    // A zombie has no memory.
    if (rss === undefined) return undefined;
    const files = await readdir(`/proc/${pid}/fd`);
    const targets = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    const connections = targets.filter((target) => target.startsWith('socket:')).length;
    return { rssMiB: Number(rss) / 1024, files: files.length, connections };
  } catch {
    return undefined;
  }
}

/**
 * The longest stop of a replica's event loop since the last call, in milliseconds. Reading it resets it. If
 * it does not answer within the time, that is the stop.
 */
export async function longestStop(adminPort: number, timeoutMs: number): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(`http://127.0.0.1:${adminPort}/metrics`, { signal });
    const found = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await answer.text())?.[1];
    return Number(found ?? 0) * 1000;
  } catch {
    // One that has ended has not stopped: `Lives` is about that.
    return signal.aborted ? timeoutMs : 0;
  }
}
