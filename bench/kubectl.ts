import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApi } from '../lab/control-plane/api.ts';
import { startCluster } from '../lab/control-plane/cluster.ts';
import { setUp } from '../lab/lockstep/lockstep.ts';
import { runKubectl } from '../src/kubectl/program.ts';
import { fill, namespaceOf } from './large-cluster.ts';

/**
 * What each command of `kubectl lockstep` reads in a large cluster: 5,000 Deployments with 10,000 ConfigMaps. It prints the
 * calls to the API server, the time, and the memory of this process, which runs the commands.
 */
const WORKLOADS = Number(process.argv[2] ?? 5_000);
const NAMESPACES = 50;
const ONE = ['-n', namespaceOf(NAMESPACES, 0)];

const COMMANDS: readonly (readonly string[])[] = [
  ['status', '-A'],
  ['status', ...ONE],
  ['status', 'deploy/web-0', ...ONE],
];

const MIB = 1024 * 1024;

/** Runs a command, and says what it took. */
async function measure(kubeconfig: string, args: readonly string[]): Promise<string> {
  const calls: string[] = [];
  let [lines, said] = [0, ''];
  const started = performance.now();
  const code = await runKubectl(args, {
    out: (text) => {
      lines += text.split('\n').length - 1;
    },
    err: (text) => {
      said += text;
    },
    data: () => undefined,
    move: () => undefined,
    ask: async () => undefined,
    readInput: async () => '',
    env: { KUBECONFIG: kubeconfig },
    terminal: { colour: false, progress: false, width: undefined },
    onCall: (call) => void calls.push(call),
    signal: new AbortController().signal,
  });
  const took = performance.now() - started;
  const byKind = Object.entries(Object.groupBy(calls, (call) => call)).map(
    ([call, all]) => `${all?.length} x ${call}`,
  );
  const memory = `${(process.memoryUsage.rss() / MIB).toFixed(0)} MiB`;
  const head = `${args.join(' ')}: exit ${code}, ${lines} lines, ${calls.length} calls, ${took.toFixed(0)} ms, ${memory}`;
  return [head, `  ${byKind.join(', ')}`, ...(said === '' ? [] : [`  ${said.trimEnd()}`])].join('\n');
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const cluster = await startCluster();
try {
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  await lockstep.unregister();
  await fill(openApi(cluster), { workloads: WORKLOADS, sources: 2 * WORKLOADS, namespaces: NAMESPACES });
  for (const args of COMMANDS) console.log(await measure(cluster.kubeconfig, args));
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
