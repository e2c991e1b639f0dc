import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { issueCertificates } from '../certs/issue.ts';
import { startProgram } from '../lab/lockstep/program.ts';
import { kubeconfig } from '../test/kit/kubeconfigs.ts';
import { memoryOf, processorMs } from './process-cost.ts';

/** What a start costs, and what an idle program holds: from the source, and from the bundle in `dist/`. */
const RUNS = 5;
/** After this time the garbage of the start has been collected. */
const REST_MS = 10_000;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function measure(main: string, flags: readonly string[]) {
  const started = performance.now();
  const program = await startProgram(flags, main);
  const ready = performance.now() - started;
  const busy = await processorMs(program.pid);
  await setTimeout(REST_MS);
  const memory = await memoryOf(program.pid);
  await program.stop();
  return { ready, busy, ...memory };
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-start-'));
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
try {
  const notAfter = new Date(Date.now() + 3_600_000);
  const { cert, key } = await issueCertificates({ names: ['localhost'], addresses: [], notAfter });
  const flags = [
    ...['--port', '0', '--kubeconfig', await file('kubeconfig', kubeconfig({}))],
    ...['--tls-cert-file', await file('tls.crt', cert), '--tls-private-key-file', await file('tls.key', key)],
  ];
  for (const main of ['src/main.ts', 'dist/main.js']) {
    const runs: Awaited<ReturnType<typeof measure>>[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measure(resolve(main), flags));
    const of = (name: keyof Awaited<ReturnType<typeof measure>>) =>
      median(runs.map((each) => each[name])).toFixed(0);
    const memory = `${of('resident')} MiB resident, ${of('own')} MiB of them its own`;
    console.log(`${main}: ready after ${of('ready')} ms (${of('busy')} ms of processor), at rest ${memory}`);
  }
} finally {
  await rm(folder, { recursive: true });
}
