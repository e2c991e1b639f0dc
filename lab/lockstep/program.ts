import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The bundle, if a run of all tests has made one: it starts at a third of the cost. Otherwise the source. */
export const MAIN =
  process.env['LOCKSTEP_TEST_PROGRAM'] ?? fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A running `lockstep serve`, and everything that it has logged. */
export interface Program {
  readonly pid: number;
  /** The port of the webhook. */
  readonly port: number;
  readonly adminPort: number;
  readonly lines: readonly string[];
  /** The value of a metric, with the labels as Prometheus prints them. 0 if it has not been counted yet. */
  metric(name: string, labels: Readonly<Record<string, string>>): Promise<number>;
  /** The value of a metric without labels. */
  total(name: string): Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end of the program. Resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

interface Ready {
  readonly port: number;
  readonly adminPort: number;
}

function asReady(line: string): Ready | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null) return undefined;
    if (!('msg' in entry) || entry.msg !== 'ready') return undefined;
    if (!('port' in entry) || !('adminPort' in entry)) return undefined;
    return { port: Number(entry.port), adminPort: Number(entry.adminPort) };
  } catch {
    return undefined;
  }
}

function whenReady(child: ChildProcess, lines: string[]): Promise<Ready> {
  const { promise, resolve, reject } = Promise.withResolvers<Ready>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      const ready = asReady(line);
      if (ready) resolve(ready);
    });
  }
  child.once('exit', (code) =>
    reject(new Error(`lockstep ended with ${code} before it was ready:\n${lines.join('\n')}`)),
  );
  return promise;
}

const metricsText = async (adminPort: number): Promise<string> =>
  (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();

async function readTotal(adminPort: number, name: string): Promise<number> {
  const line = (await metricsText(adminPort)).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

async function readMetric(
  adminPort: number,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const text = await metricsText(adminPort);
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const found = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)));
  return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** The command line of the program, up to its flags. */
export const programCommand = (main = MAIN): [string, ...string[]] => [
  process.execPath,
  main,
  'serve',
  '--admin-port',
  '0',
];

/**
 * Starts lockstep as a process of its own and waits until it is ready.
 * @param main the program. Some tests need an altered one
 */
export const startProgram = (flags: readonly string[], main = MAIN): Promise<Program> =>
  startCommand([...programCommand(main), '--host', '127.0.0.1', ...flags]);

/** Starts lockstep by a command line and waits until it is ready. */
export async function startCommand([command, ...args]: readonly [string, ...string[]]): Promise<Program> {
  const lines: string[] = [];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A program that never gets ready is known to nobody who could stop it.
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  child.once('exit', () => process.off('exit', orphaned));
  const { port, adminPort } = await whenReady(child, lines);
  return {
    pid: child.pid ?? 0,
    port,
    adminPort,
    lines,
    metric: (name, labels) => readMetric(adminPort, name, labels),
    total: (name) => readTotal(adminPort, name),
    kill: (signal) => void child.kill(signal),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
