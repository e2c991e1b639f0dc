import { ApiError } from '../control-plane/api.ts';
import { freePort } from '../control-plane/ports.ts';
import { forward } from './forwarder.ts';
import type { Lockstep } from './lockstep.ts';
import { type Program, startProgram } from './program.ts';

/** A kill that happened. */
export interface Killed {
  readonly replica: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Two replicas of lockstep behind one port. */
export interface Replicas {
  /** Kills a replica and starts it again, unless the other one is down. */
  kill(replica: number): Killed | undefined;
  /** Replaces both replicas by another program. Default: starts the same one anew. */
  become(program?: ReplicaProgram): Promise<void>;
  /** Lets only the first replica answer, or both again. Closes the connections to them. */
  alone(only: boolean): Promise<void>;
  /** The programs that run now. */
  programs(): readonly Program[];
  /** Resolves when all replicas are ready. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/** The program that a replica runs. */
export interface ReplicaProgram {
  /** The program's file, if it is not lockstep itself. */
  readonly main?: string;
  readonly flags?: readonly string[];
  /**
   * A replica that is killed while it leads leaves the Lease to the next one, as one that ends by itself does. Otherwise that
   * one waits for 15 seconds.
   */
  readonly releases?: boolean;
}

/** One replica at a time sweeps unowned copies, within the time of a history. */
const PIN = ['--pin', 'on', '--pin-grace', '10s', '--lease', 'lockstep/lockstep'];

/** The replicas log their decisions at `info`. Nothing reads more than that here. */
const COMMON_FLAGS = ['--log-level', 'info', '--deadline', '20s', ...PIN];

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/lockstep/leases/lockstep';

/** Takes the Lease from a replica that is dead, if it has led. */
async function releaseLease({ cluster }: Lockstep, dead: Program): Promise<void> {
  const line = dead.lines.findLast((each) => each.includes('"became leader"'));
  const identity = line && /"identity":"([^"]+)"/.exec(line)?.[1];
  if (!identity) return;
  // The test and the write are one step, so another leader keeps it.
  const body = [
    { op: 'test', path: '/spec/holderIdentity', value: identity },
    { op: 'remove', path: '/spec/holderIdentity' },
  ];
  const contentType = 'application/json-patch+json';
  await cluster.api.send(LEASE, { method: 'PATCH', body, contentType }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 422)) throw error;
  });
}

interface Slot {
  readonly port: number;
  open: boolean;
  program: Program;
}

/** Starts two replicas and forwards the registered port to them. */
export async function startReplicas(lockstep: Lockstep, first: ReplicaProgram): Promise<Replicas> {
  let program = first;
  const launch = async (port: number) => {
    const flags = [...(await lockstep.programFlags(port)), ...COMMON_FLAGS, ...(program.flags ?? [])];
    return startProgram(flags, program.main);
  };
  const slot = async (): Promise<Slot> => {
    const port = await freePort();
    return { port, open: true, program: await launch(port) };
  };
  const slots = await Promise.all([slot(), slot()]);
  const forwarder = await forward(lockstep.port, () => slots);
  let restarting: Promise<void> | undefined;
  // However this process ends, it leaves no replica behind.
  const orphaned = () => {
    for (const slot of slots) slot.program.kill('SIGKILL');
  };
  process.once('exit', orphaned);

  async function restart(dead: Slot): Promise<void> {
    await dead.program.stop('SIGKILL');
    if (program.releases) await releaseLease(lockstep, dead.program);
    dead.program = await launch(dead.port);
    dead.open = true;
  }

  return {
    kill(replica) {
      const victim = slots[replica];
      if (!victim || restarting) return undefined;
      const at = Date.now();
      victim.open = false;
      victim.program.kill('SIGKILL');
      restarting = restart(victim).finally(() => {
        restarting = undefined;
      });
      return { replica, at };
    },
    async become(next = program) {
      await restarting;
      program = next;
      for (const slot of slots) slot.open = false;
      await Promise.all(slots.map(restart));
    },
    async alone(only) {
      const [, second] = slots;
      second.open = !only;
      await forwarder.cut();
    },
    programs: () => slots.map((slot) => slot.program),
    async whole() {
      await restarting;
    },
    async stop() {
      await restarting;
      await Promise.all(slots.map(({ program }) => program.stop('SIGKILL')));
      process.off('exit', orphaned);
      await forwarder.close();
    },
  };
}
