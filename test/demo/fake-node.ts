import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { type Cluster, startCluster } from '../cluster/cluster.ts';
import { alive } from '../e2e/events.ts';
import { setUp } from '../e2e/lockstep.ts';
import { configMap, web } from '../e2e/manifests.ts';
import { type Sandbox, sandbox } from '../e2e/sandbox.ts';
import { say, show, title } from './show.ts';
import { type Committed, podLines, verdictOf } from './timeline.ts';

const step = (box: Sandbox, args: readonly string[]) => show(['kubectl', ...args], () => box.kubectl(args));

async function committed(box: Sandbox): Promise<Committed> {
  const path = '{.metadata.resourceVersion} {.data.a}';
  const { stdout } = await box.kubectl(['get', 'configmap', 'app', '-o', `jsonpath=${path}`]);
  const [resourceVersion = '0', value = '?'] = stdout.split(' ');
  return { resourceVersion: BigInt(resourceVersion), value };
}

function table(lines: ReturnType<typeof podLines>): void {
  say(`    ${'POD'.padEnd(24)}${'REPLICASET'.padEnd(20)}${'STARTED WITH'.padEnd(14)}NOW`);
  for (const { name, replicaSet, read, alive } of lines) {
    const row = `    ${name.padEnd(24)}${replicaSet.padEnd(20)}${`a=${read}`.padEnd(14)}${alive ? 'running' : 'gone'}`;
    say(alive ? styleText(read === '1' ? 'red' : 'green', row) : styleText('dim', row));
  }
}

/** Two pods, the edit, the scale-up: the same keystrokes in both acts. */
async function act(cluster: Cluster): Promise<'mixed' | 'in step'> {
  const box = await sandbox(cluster);
  const pods = await box.pods();
  await box.apply(configMap({ a: '1' }), web());
  const history = [await committed(box)];
  await box.rolledOut();
  say('  A Deployment with two pods, running; they read a=1 from the ConfigMap app.');
  await step(box, ['patch', 'configmap', 'app', '--patch', '{"data":{"a":"2"}}']);
  history.push(await committed(box));
  await step(box, ['scale', 'deployment/web', '--replicas=4']);
  await step(box, ['rollout', 'status', 'deployment/web']);
  await pods.until((_, current) => alive(current).length === 4, 30_000, 'four pods');
  say();
  const lines = podLines(pods, history);
  table(lines);
  await pods.stop();
  const verdict = verdictOf(lines);
  const values = [...new Set(lines.filter((line) => line.alive).map((line) => `a=${line.read}`))]
    .sort()
    .join(' and ');
  const text = `  Verdict: ${verdict.toUpperCase()}. Clients of the Service get ${values}.`;
  say(styleText(verdict === 'mixed' ? 'red' : 'green', text));
  return verdict;
}

async function tell(cluster: Cluster, folder: string): Promise<boolean> {
  say(
    styleText(
      'dim',
      'The API server, controllers and kubectl are real. The node is played by kwok, so the pods run no',
    ),
  );
  say(styleText('dim', 'program: STARTED WITH is the value that was committed when the pod was made.'));
  title('Act 1: without lockstep');
  const without = await act(cluster);
  title('Act 2: with lockstep');
  const lockstep = await setUp(cluster, folder);
  await lockstep.apply();
  await lockstep.start();
  try {
    await lockstep.register();
    say(styleText('dim', '  lockstep is running, registered by its chart. Nothing else is different.'));
    return (await act(cluster)) === 'in step' && without === 'mixed';
  } finally {
    await lockstep.program().stop();
  }
}

/** The story on a fake node. @returns whether it came out as promised */
export async function tellOnFakeNode(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-demo-'));
  const cluster = await startCluster();
  try {
    return await tell(cluster, folder);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
