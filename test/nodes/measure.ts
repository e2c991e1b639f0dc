import { runOnNode } from '../../lab/nodes/inside.ts';
import { pidOf, type Replica } from './running-pods.ts';

/** Measurements of a replica's process. */
export interface Measured {
  /** From the start of the process to the log line `ready`. */
  readonly readyMs: number;
  readonly residentMiB: number;
  /** The part that belongs to the process alone, and not to a file. */
  readonly ownMiB: number;
}

/** The kernel counts a process's start time in these units (USER_HZ), whatever its own clock. */
const TICK_MS = 10;

export async function measure(replica: Replica): Promise<Measured> {
  const { node } = replica;
  const pid = await pidOf(replica);
  const read = async (path: string): Promise<string> => (await runOnNode(node, 'cat', path)).stdout;
  const [uptime, stat, status] = [
    await read('/proc/uptime'),
    await read(`/proc/${pid}/stat`),
    await read(`/proc/${pid}/status`),
  ];
  const now = Date.now();
  // The fields after the name, which is in parentheses. The start time is field 22 of all, in ticks since the
  // machine's start.
  const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const started = now - (Number(uptime.split(' ')[0]) * 1000 - startTicks * TICK_MS);
  const mebibytes = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
  return {
    readyMs: Math.round((await readyAt(replica)) - started),
    residentMiB: mebibytes('VmRSS'),
    ownMiB: mebibytes('RssAnon'),
  };
}

/** The time of the replica's log line `ready`, in ms since the epoch. */
async function readyAt({ node, pod }: Replica): Promise<number> {
  const { stdout } = await runOnNode(node, 'sh', '-c', `cat /var/log/pods/*_${pod}_*/*/*.log`);
  const line = stdout.split('\n').findLast((each) => each.includes('"msg":"ready"'));
  return Date.parse(/"time":"([^"]+)"/.exec(line ?? '')?.[1] ?? '');
}
