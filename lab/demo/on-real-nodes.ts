import { isDeepStrictEqual, styleText } from 'node:util';
import { configMap } from '../lockstep/manifests.ts';
import { sandbox } from '../lockstep/sandbox.ts';
import { app, appService } from '../nodes/app-manifests.ts';
import { type Asking, ask, valuesOf } from '../nodes/asking.ts';
import { INSTALL, install, NAMESPACE, setsOf } from '../nodes/install.ts';
import type { NodeCluster } from '../nodes/node-cluster.ts';
import { untilCalled } from '../nodes/until-called.ts';
import { startNodesWithLockstep } from '../nodes/with-lockstep.ts';
import { say, show, title } from './show.ts';
import { argumentsOf, clear, preparePool, type Stage, untilSettled } from './stage.ts';
import type { Act, Story } from './stories.ts';
import { type Strip, strip } from './strip.ts';
import { listed, sayVerdict } from './verdict.ts';

/** The number of answers in a row that a verdict is based on. */
const MANY = 80;
/** The number of answers between two steps, for the reader. */
const FEW = 40;

/** The number of characters of an act in one line. */
const LINE = 72;

/** The outcome of an act. */
interface Outcome {
  /** The values in the answers at the end of each scene. */
  readonly values: readonly string[];
  readonly line: string;
}

/** Plays the scenes of a story while the Service is asked. All acts have the same commands. */
async function play(cluster: NodeCluster, act: Act, story: Story): Promise<Outcome> {
  const { labels = {}, spec = {} } = act;
  const { workload, scenes } = story;
  if (workload.word === 'daemonset') await preparePool(cluster);
  const box = await sandbox(cluster);
  const stage = { cluster, box, workload, pods: await box.pods() };
  const manifest = app({ labels, spec, make: workload.make });
  await box.apply(configMap({ a: '1' }), manifest, appService);
  await untilSettled(stage, workload.pods);
  say(`  ${workload.running}`);
  say('  A Service is in front of it. Each digit is an answer: the a that its pod read at its start.');
  const { stdout } = await box.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
  const answers = strip((text) => process.stdout.write(text));
  const asking = ask(`http://${stdout}/`, answers.add);
  const values: string[] = [];
  try {
    await asking.next(FEW);
    for (const scene of scenes) {
      for (const step of [...scene.steps, ...(act.looks ?? [])]) await perform(stage, asking, answers, step);
      await untilSettled(stage, scene.pods);
      const last = valuesOf(await asking.next(MANY));
      answers.pause();
      sayVerdict(last, act, `The last ${MANY} answers: ${listed(last)}`);
      values.push(last.join(' '));
    }
    return { values, line: answers.inOneLine(LINE) };
  } finally {
    await asking.stop();
    // The last answers arrive while it stops.
    answers.pause();
    await clear(stage);
  }
}

async function perform(stage: Stage, asking: Asking, answers: Strip, step: readonly string[]): Promise<void> {
  const args = argumentsOf(step, stage);
  answers.pause();
  answers.mark();
  await show(['kubectl', ...args], async () => {
    const result = await stage.box.kubectl(args);
    answers.pause();
    return result;
  });
  await asking.next(FEW);
}

async function tell(cluster: NodeCluster, story: Story): Promise<boolean> {
  const { acts, values, promised } = story;
  say(
    styleText(
      'dim',
      'Two nodes that run containers: containerd, kubelet and kube-proxy, in namespaces of their own.',
    ),
  );
  let installed = false;
  const outcomes: Outcome[] = [];
  for (const [index, act] of acts.entries()) {
    title(`Act ${index + 1}: ${act.title}`);
    if (act.lockstep && !installed) {
      const told = [...INSTALL, ...setsOf(values), '--namespace', NAMESPACE];
      await show(['helm', ...told], () => install(cluster, values));
      await untilCalled(cluster);
      installed = true;
    }
    outcomes.push(await play(cluster, act, story));
  }
  title('The same in a line each, a bar where something was done');
  for (const [index, { line }] of outcomes.entries()) say(`    act ${index + 1}  ${line}`);
  return isDeepStrictEqual(
    outcomes.map((outcome) => outcome.values),
    promised,
  );
}

/**
 * Plays the story on real nodes.
 * @returns whether it went as promised
 */
export async function tellOnRealNodes(story: Story): Promise<boolean> {
  const cluster = await startNodesWithLockstep();
  try {
    return await tell(cluster, story);
  } finally {
    await cluster.stop();
  }
}
