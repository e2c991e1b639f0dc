import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeCgroups } from './cgroups.ts';
import { asReport, type ProcessSpec, type Report, type Request } from './protocol.ts';
import { logTail } from './tail.ts';

/** What to start: see `ProcessSpec`. The folder, the environment and the log have defaults. */
export type StartSpec = Pick<ProcessSpec, 'name' | 'command' | 'args'> &
  Partial<Pick<ProcessSpec, 'cwd' | 'env'>>;

/** Processes and a folder that cannot outlive this process. */
export interface Keeper {
  readonly dir: string;
  /** Rejects when a process ends unasked, or when the keeper is stopped. Never resolves. */
  readonly failure: Promise<never>;
  start(spec: StartSpec): void;
  /**
   * Creates Linux control groups of this name. They are removed after their processes have ended.
   * @throws Error if this user may not create them, or the machine has none
   */
  cgroups(name: string): Promise<void>;
  /** Resolves when the process has ended. This is not counted as a failure. */
  end(name: string, signal: NodeJS.Signals): Promise<void>;
  /** For a process that is expected to end by itself. Resolves with how it ended. */
  exit(name: string): Promise<string>;
  logOf(name: string): string;
  /** Ends every process and removes the folder. Can be called more than once. */
  stop(): Promise<void>;
}

/** A process ended by itself although it was meant to go on. The message carries the end of its log. */
export class ProcessDied extends Error {
  readonly process: string;
  readonly log: string;

  constructor(name: string, how: string, log: string) {
    super(`${name} ended (${how}). The end of its log:\n${log}`);
    this.name = 'ProcessDied';
    this.process = name;
    this.log = log;
  }
}

/**
 * Starts a keeper with a new folder whose path begins with `prefix`. If this process dies, even by SIGKILL,
 * the keeper ends its processes and removes the folder. If the keeper is killed, this process does that.
 * @param signal stops the keeper when it aborts
 */
export async function openKeeper(prefix: string, signal?: AbortSignal): Promise<Keeper> {
  signal?.throwIfAborted();
  const child = fork(join(import.meta.dirname, 'keep.ts'), [prefix], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const closed = once(child, 'close');
  const [first] = await Promise.race([once(child, 'message'), closed.then(() => [undefined])]);
  const ready = first === undefined ? undefined : asReport(first);
  if (ready?.kind !== 'ready') throw new Error(`no temporary folder could be made at ${prefix}*`);
  const keeper = owner(child, ready.dir, closed, signal);
  // It was aborted before the owner listened.
  if (signal?.aborted) await keeper.stop();
  signal?.throwIfAborted();
  return keeper;
}

function owner(child: ChildProcess, dir: string, closed: Promise<unknown>, signal?: AbortSignal): Keeper {
  const pids = new Map<string, number>();
  const awaited = new Map<string, (how: string) => void>();
  const groups = new Map<string, (failure: string | undefined) => void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const send = (request: Request): void => void child.send(request, () => undefined);
  const logOf = (name: string): string => join(dir, `${name}.log`);

  const onReport = async (report: Report): Promise<void> => {
    if (report.kind === 'started') pids.set(report.name, report.pid);
    if (report.kind === 'grouped') groups.get(report.name)?.(report.failure);
    if (report.kind !== 'exited') return;
    pids.delete(report.name);
    const waiting = awaited.get(report.name);
    awaited.delete(report.name);
    if (waiting !== undefined) return waiting(report.how);
    const log = await logTail(logOf(report.name));
    failed.reject(new ProcessDied(report.name, report.how, log));
  };
  child.on('message', (message) => void onReport(asReport(message)));

  const exit = async (name: string): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    awaited.set(name, resolve);
    return Promise.race([promise, closed.then(() => 'stopped')]);
  };
  const stop = async (): Promise<void> => {
    failed.reject(signal?.aborted ? signal.reason : new Error('the keeper was stopped'));
    send({ kind: 'stop' });
    await closed;
    // Normally all processes have ended by now. If the keeper was killed, its owner has to end them.
    for (const pid of pids.values()) killGroup(pid);
    pids.clear();
    for (const name of groups.keys()) await removeCgroups(name);
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    signal?.removeEventListener('abort', stop);
  };
  signal?.addEventListener('abort', stop, { once: true });
  void closed.then(() => {
    failed.reject(new Error('the keeper was killed'));
    return stop();
  });

  return {
    dir,
    failure: failed.promise,
    logOf,
    exit,
    stop,
    start: ({ name, command, args, cwd = dir, env = {} }) => {
      const spec = { name, command, args, cwd, env: { ...ownEnvironment(), ...env }, log: logOf(name) };
      send({ kind: 'start', spec });
    },
    cgroups: async (name) => {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      groups.set(name, resolve);
      send({ kind: 'cgroups', name });
      const failure = await Promise.race([promise, closed.then(() => 'stopped')]);
      if (failure !== undefined) throw new Error(`no control groups could be made: ${failure}`);
    },
    end: async (name, how) => {
      const ended = exit(name);
      send({ kind: 'kill', name, signal: how });
      await ended;
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
