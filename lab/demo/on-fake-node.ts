import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, styleText } from 'node:util';
import { type Cluster, startCluster } from '../control-plane/cluster.ts';
import { joinNodes } from '../control-plane/fake-nodes.ts';
import { setUp } from '../lockstep/lockstep.ts';
import { configMap } from '../lockstep/manifests.ts';
import { copiesIn } from '../lockstep/pinned.ts';
import { type Sandbox, sandbox } from '../lockstep/sandbox.ts';
import { say, show, title } from './show.ts';
import { argumentsOf, clear, preparePool, type Stage, untilSettled } from './stage.ts';
import type { Act, Scene, Story } from './stories.ts';
import { type Committed, podLines, valuesOf } from './timeline.ts';
import { listed, sayVerdict } from './verdict.ts';
import { JOINING, PRESENT, type Workload } from './workloads.ts';

async function committed(box: Sandbox): Promise<Committed> {
  const path = '{.metadata.resourceVersion} {.data.a}';
  const { stdout } = await box.kubectl(['get', 'configmap', 'app', '-o', `jsonpath=${path}`]);
  const [resourceVersion = '0', value = '?'] = stdout.split(' ');
  return { resourceVersion: BigInt(resourceVersion), value };
}

function table(lines: ReturnType<typeof podLines>, { revision }: Workload): void {
  say(`    ${'POD'.padEnd(24)}${revision.padEnd(20)}${'STARTED WITH'.padEnd(14)}NOW`);
  for (const { name, revision: of, read, alive } of lines) {
    const row = `    ${name.padEnd(24)}${of.padEnd(20)}${`a=${read}`.padEnd(14)}${alive ? 'running' : 'gone'}`;
    say(alive ? styleText(read === '1' ? 'red' : 'green', row) : styleText('dim', row));
  }
}

/**
 * Does what a user does, and looks at the result.
 * @returns the values that clients of the Service get
 */
async function perform(stage: Stage, history: Committed[], act: Act, scene: Scene): Promise<string> {
  const { steps, pods: count } = scene;
  const { box, pods, workload } = stage;
  for (const step of [...steps, ...(act.looks ?? [])]) {
    const args = argumentsOf(step, stage);
    await show(['kubectl', ...args], () => box.kubectl(args));
    history.push(await committed(box));
  }
  await untilSettled(stage, count);
  say();
  const lines = podLines(pods, history, await copiesIn(box));
  table(lines, workload);
  const values = valuesOf(lines);
  sayVerdict(values, act, `${workload.seenBy} ${listed(values)}`);
  return values.join(' ');
}

/** @returns the values that clients get, for each scene */
async function play(cluster: Cluster, act: Act, story: Story): Promise<string[]> {
  const { labels = {}, spec } = act;
  const { workload, scenes } = story;
  if (workload.word === 'daemonset') await preparePool(cluster);
  const box = await sandbox(cluster);
  const stage = { cluster, box, workload, pods: await box.pods() };
  await box.apply(configMap({ a: '1' }), workload.make({ labels, spec }));
  const history = [await committed(box)];
  await untilSettled(stage, workload.pods);
  say(`  ${workload.running}`);
  say('  Its pods read a=1 from the ConfigMap app.');
  const seen: string[] = [];
  for (const scene of scenes) seen.push(await perform(stage, history, act, scene));
  await clear(stage);
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
  await joinNodes(cluster, [PRESENT, JOINING], {});
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
      seen.push(await play(cluster, act, story));
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
