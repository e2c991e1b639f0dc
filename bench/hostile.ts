import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'undici';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { HOSTILE, tinyKeys } from '../lab/lockstep/hostile.ts';
import { attacker, reviewText } from '../lab/lockstep/hostile-reviews.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';

/**
 * How long lockstep's event loop stands still for one review of each hostile shape. A ping beside the review
 * tells: it is answered between two pieces of work. The first shape holds as many bytes and no configuration, so
 * the ratio to it says what configuration costs.
 */
const ROUNDS = 5;
const PING_EVERY_MS = 2;

/** Pings until it is told to stop. Resolves with the longest time of one ping, in milliseconds. */
async function longestPing(client: Client, stop: AbortSignal): Promise<number> {
  let longest = 0;
  while (!stop.aborted) {
    const started = performance.now();
    await (await client.request({ method: 'GET', path: '/healthz' })).body.dump();
    longest = Math.max(longest, performance.now() - started);
    await setTimeout(PING_EVERY_MS);
  }
  return longest;
}

/** Why a review came to what it did, as the audit log would have it. */
const reasonOf = (answer: string) => /"reason":"([\w-]+)"[^{}]*}}}$/.exec(answer)?.[1] ?? 'no answer';

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
try {
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  const program = await lockstep.start(['--log-level', 'info']);
  const box = await lockstep.sandbox();
  await box.kubectl(['create', '-f', '-'], JSON.stringify(tinyKeys()));
  const pings = new Client(`http://127.0.0.1:${program.adminPort}`);
  const { send, close } = attacker(lockstep.port);
  let base = 0;
  for (const [name, make] of Object.entries(HOSTILE)) {
    const stops: number[] = [];
    const times: number[] = [];
    let reason = '';
    for (let round = -1; round < ROUNDS; round += 1) {
      const text = reviewText(box.namespace, make(), { update: round % 2 === 0 });
      await setTimeout(100);
      const stop = new AbortController();
      const ping = longestPing(pings, stop.signal);
      const started = performance.now();
      reason = reasonOf(await send(text));
      const took = performance.now() - started;
      stop.abort();
      const longest = await ping;
      // The first one finds code that is not compiled yet.
      if (round < 0) continue;
      times.push(took);
      stops.push(longest);
    }
    const longest = Math.max(...stops);
    base ||= longest;
    const columns = [
      name.padEnd(32),
      `review ${median(times).toFixed(0).padStart(6)} ms`,
      `longest stop ${longest.toFixed(0).padStart(6)} ms`,
      `ratio ${(longest / base).toFixed(1).padStart(5)}`,
      reason,
    ];
    process.stdout.write(`${columns.join('  ')}\n`);
  }
  const status = await readFile(`/proc/${program.pid}/status`, 'utf8').catch(() => '');
  process.stdout.write(`largest memory: ${/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? '?'} kB\n`);
  await Promise.all([pings.close(), close()]);
  await program.stop();
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
