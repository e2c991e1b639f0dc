import { readdir, readFile } from 'node:fs/promises';

/** What a process has taken so far. Linux only. */

/** Processor time of all of its threads, in milliseconds. */
export async function processorMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async (thread) => {
    // A thread may have ended since it was listed.
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
    return Number(text.split(' ')[0]) / 1e6;
  });
  return (await Promise.all(times)).reduce((sum, ms) => sum + ms, 0);
}

/** Memory in MiB. Beside its own, resident memory has the pages of Node's file, which all containers of a node share. */
export async function memoryOf(pid: number): Promise<{ resident: number; own: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { resident: mib('VmRSS'), own: mib('RssAnon') };
}
