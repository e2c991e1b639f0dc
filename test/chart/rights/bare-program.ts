import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../../lab/control-plane/ports.ts';
import { MAIN } from '../../../lab/lockstep/program.ts';

/** A `lockstep serve` that may never become ready. */
export interface BareProgram {
  /** The status of `/readyz`. */
  readonly ready: () => Promise<number>;
  readonly metrics: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts lockstep without waiting for anything. */
export async function startBare(flags: readonly string[]): Promise<BareProgram> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const ports = [`--port=${port}`, `--admin-port=${adminPort}`];
  const args = [MAIN, 'serve', '--host=127.0.0.1', ...flags, ...ports];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const ask = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`);
  return {
    ready: async () => (await ask('/readyz')).status,
    metrics: async () => (await ask('/metrics')).text(),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
