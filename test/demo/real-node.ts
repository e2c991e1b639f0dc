import { styleText } from 'node:util';
import { configMap } from '../e2e/manifests.ts';
import { type Sandbox, sandbox } from '../e2e/sandbox.ts';
import { type Asking, ask, valuesOf } from '../node/asking.ts';
import { INSTALL, install, NAMESPACE } from '../node/install.ts';
import { app, appService } from '../node/manifests.ts';
import type { NodeCluster } from '../node/node-cluster.ts';
import { called } from '../node/use-installed.ts';
import { startNodesWithLockstep } from '../node/with-lockstep.ts';
import { say, show, title } from './show.ts';
import { type Strip, strip } from './strip.ts';

/** Answers in a row that are looked at for a verdict. */
const MANY = 80;
/** Answers between two steps, for the reader. */
const FEW = 40;

/** How an act went. */
interface Outcome {
  readonly values: readonly string[];
  readonly line: string;
}

/** Two pods, the edit, the scale-up, while the Service is asked: the same keystrokes in both acts. */
async function act(cluster: NodeCluster): Promise<Outcome> {
  const box = await sandbox(cluster);
  await box.apply(configMap({ a: '1' }), app(), appService);
  await box.rolledOut();
  say(
    '  A Deployment of two pods behind a Service. Each digit is an answer: the a that its pod read at its start.',
  );
  const { stdout } = await box.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
  const answers = strip((text) => process.stdout.write(text));
  const asking = ask(`http://${stdout}/`, answers.add);
  try {
    await perform(box, asking, answers);
    const values = valuesOf(await asking.next(MANY));
    answers.pause();
    return { values, line: answers.inOneLine(72) };
  } finally {
    await asking.stop();
  }
}

async function perform(box: Sandbox, asking: Asking, answers: Strip): Promise<void> {
  await asking.next(FEW);
  const step = async (...args: readonly string[]): Promise<void> => {
    answers.pause();
    answers.mark();
    await show(['kubectl', ...args], async () => {
      const result = await box.kubectl(args);
      answers.pause();
      return result;
    });
    await asking.next(FEW);
  };
  await step('patch', 'configmap', 'app', '--patch', '{"data":{"a":"2"}}');
  await step('scale', 'deployment/web', '--replicas=4');
  await step('rollout', 'status', 'deployment/web');
}

function verdict({ values }: Outcome): void {
  const mixed = values.length > 1;
  const text = `  Verdict: ${mixed ? 'MIXED, and it stays so' : 'IN STEP'}. The last ${MANY} answers: ${values.map((value) => `a=${value}`).join(' and ')}.`;
  say(styleText(mixed ? 'red' : 'green', text));
}

async function tell(cluster: NodeCluster): Promise<boolean> {
  say(
    styleText(
      'dim',
      'Two nodes that run containers: containerd, kubelet and kube-proxy, in namespaces of their own.',
    ),
  );
  title('Act 1: without lockstep');
  const without = await act(cluster);
  verdict(without);
  title('Act 2: with lockstep');
  await show(['helm', ...INSTALL, '--namespace', NAMESPACE], () => install(cluster));
  await called(cluster);
  const beside = await act(cluster);
  verdict(beside);
  title('The same in a line each, a bar where something was done: edit, scale, look');
  say(`    without  ${without.line}`);
  say(`    with     ${beside.line}`);
  return without.values.length > 1 && beside.values.join() === '2';
}

/** The story on real nodes. @returns whether it came out as promised */
export async function tellOnRealNodes(): Promise<boolean> {
  const cluster = await startNodesWithLockstep();
  try {
    return await tell(cluster);
  } finally {
    await cluster.stop();
  }
}
