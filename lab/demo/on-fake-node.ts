import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, styleText } from 'node:util';
import { type Cluster, startCluster } from '../control-plane/cluster.ts';
import type { PodEvent } from '../control-plane/events.ts';
import { livePods } from '../control-plane/events.ts';
import type { Watcher } from '../control-plane/watch.ts';
import { setUp } from '../lockstep/lockstep.ts';
import { configMap, web } from '../lockstep/manifests.ts';
import { copiesIn } from '../lockstep/pinned.ts';
import { type Sandbox, sandbox } from '../lockstep/sandbox.ts';
import { say, show, title } from './show.ts';
import type { Act, Scene, Story } from './stories.ts';
import { type Committed, podLines, valuesOf } from './timeline.ts';

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

interface Watched {
  readonly box: Sandbox;
  readonly pods: Watcher<PodEvent>;
  readonly history: Committed[];
}

/**
 * Does what a user does, and looks at the result.
 * @returns the values that clients of the Service get
 */
async function perform({ box, pods, history }: Watched, { steps, replicas }: Scene): Promise<string> {
  for (const step of steps) {
    const gone = livePods(pods.current())[0]?.name ?? '';
    const args = step.map((arg) => (arg === 'POD' ? gone : arg));
    await show(['kubectl', ...args], () => box.kubectl(args));
    history.push(await committed(box));
  }
  await pods.until((_, current) => livePods(current).length === replicas, 30_000, `${replicas} pods`);
  say();
  const lines = podLines(pods, history, await copiesIn(box));
  table(lines);
  const values = valuesOf(lines);
  const text = values.map((value) => `a=${value}`).join(' and ');
  const mixed = values.length > 1;
  say(
    styleText(
      mixed ? 'red' : 'green',
      `  Verdict: ${mixed ? 'MIXED' : 'IN STEP'}. Clients of the Service get ${text}.`,
    ),
  );
  return values.join(' ');
}

/** @returns the values that clients get, for each scene */
async function play(cluster: Cluster, { labels }: Act, scenes: readonly Scene[]): Promise<string[]> {
  const box = await sandbox(cluster);
  const pods = await box.pods();
  await box.apply(configMap({ a: '1' }), web({ labels }));
  const watched = { box, pods, history: [await committed(box)] };
  await box.untilRolledOut();
  say('  A Deployment with two pods, running; they read a=1 from the ConfigMap app.');
  const seen: string[] = [];
  for (const scene of scenes) seen.push(await perform(watched, scene));
  await pods.stop();
  return seen;
}

async function tell(cluster: Cluster, folder: string, story: Story): Promise<boolean> {
  say(
    styleText(
      'dim',
      'The API server, controllers and kubectl are real. The node is played by kwok, so the pods run no',
    ),
  );
  say(styleText('dim', 'program: STARTED WITH is what the pod would read at its start.'));
  const lockstep = await setUp(cluster, folder);
  let running = false;
  const seen: string[][] = [];
  try {
    for (const [index, act] of story.acts.entries()) {
      title(`Act ${index + 1}: ${act.title}`);
      if (act.lockstep && !running) {
        await lockstep.apply(story.values);
        await lockstep.start(story.flags);
        running = true;
        await lockstep.register(story.values);
        say(styleText('dim', '  lockstep is running, registered by its chart. Nothing else is different.'));
      }
      seen.push(await play(cluster, act, story.scenes));
    }
  } finally {
    if (running) await lockstep.program().stop();
  }
  return isDeepStrictEqual(seen, story.promised);
}

/**
 * Plays the story on a fake node.
 * @returns whether it went as promised
 */
export async function tellOnFakeNode(story: Story): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-demo-'));
  const cluster = await startCluster();
  try {
    return await tell(cluster, folder, story);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
