/**
 * The keeper's own process. It owns a temporary folder and every process that is started in it. It lives only
 * as long after its owner as it takes to end them. When the channel to the owner closes, for whatever reason
 * (a crash, SIGKILL), it ends them all.
 *
 * It runs in a session of its own. So the terminal's Ctrl-C reaches only the owner, which then stops the
 * keeper in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCgroups, removeCgroups } from './cgroups.ts';
import { asRequest, type ProcessSpec, type Report } from './protocol.ts';

const [prefix] = process.argv.slice(2);
if (prefix === undefined || process.send === undefined)
  throw new Error(
    'start this file by openKeeper: it needs a channel to its owner and a prefix for its folder',
  );

const running = new Map<string, ChildProcess>();
const groups = new Set<string>();
let ending = false;

process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
process.on('message', (message) => {
  const request = asRequest(message);
  if (request.kind === 'stop') return void end();
  if (request.kind === 'start') return start(request.spec);
  if (request.kind === 'cgroups') return group(request.name);
  signalGroup(running.get(request.name), request.signal);
});

const dir = mkdtempSync(prefix);
writeFileSync(join(dir, 'keeper.pid'), `${process.pid}\n`);
report({ kind: 'ready', dir });

function start(spec: ProcessSpec): void {
  if (ending) return;
  const log = openSync(spec.log, 'a');
  // Each process has a group of its own, so that the processes that it starts itself (Go's compilers) end
  // with it.
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  running.set(spec.name, child);
  child.once('error', (error) => reportEnd(spec.name, error.message));
  child.once('exit', (code, signal) => reportEnd(spec.name, signal === null ? `exit code ${code}` : signal));
  if (child.pid === undefined) return;
  writeFileSync(join(dir, `${spec.name}.pid`), `${child.pid}\n`);
  report({ kind: 'started', name: spec.name, pid: child.pid });
}

function group(name: string): void {
  if (ending) return;
  groups.add(name);
  let failure: string | undefined;
  try {
    makeCgroups(name);
  } catch (error) {
    failure = String(error);
  }
  report({ kind: 'grouped', name, failure });
}

function reportEnd(name: string, how: string): void {
  running.delete(name);
  report({ kind: 'exited', name, how });
}

function report(message: Report): void {
  // The owner may end at any moment. Then 'disconnect' follows, and its handler does the rest.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just ended.
  }
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  const children = [...running.values()].filter((child) => child.pid !== undefined);
  const exits = children.map((child) => once(child, 'exit'));
  // All that they hold is removed with the folder, so a slow shutdown gains nothing.
  for (const child of children) signalGroup(child, 'SIGKILL');
  await Promise.all(exits);
  for (const name of groups) await removeCgroups(name);
  await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  process.exit(0);
}
