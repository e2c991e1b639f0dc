import { request } from 'undici';
import { livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { Nodes } from './describe-on-nodes.ts';
import { kill } from './kill.ts';
import { answersNow, restartContainer, type Stage, urlOfPod } from './pin-stage.ts';
import { replicas } from './running-pods.ts';

/**
 * Sends a signal to the first process of a pod's container, after its node has reported it as running. A pod
 * answers earlier than that.
 */
export async function killIn(
  nodes: Nodes,
  { box }: Pick<Stage, 'box'>,
  pod: string,
  signal: 'TERM' | 'KILL',
): Promise<void> {
  const victim = await eventually(
    async () =>
      (await replicas(nodes, box.namespace)).find((each) => each.pod === pod && each.container) ?? false,
    { what: `the container of ${pod}` },
  );
  await kill(victim, signal);
}

/** A container of a Deployment that can go through all of these. */
export const MORTAL = {
  resources: { limits: { memory: '64Mi' } },
  livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 1, timeoutSeconds: 5 },
};

async function post(it: Stage, pod: string, what: string): Promise<void> {
  const { body } = await request(`${urlOfPod(it, pod)}${what}`, { method: 'POST' });
  await body.dump();
}

/** @returns the answers of the pod after its container has restarted in place */
async function afterRestart(it: Stage, pod: string, act: () => Promise<void>): Promise<readonly string[]> {
  await restartContainer(it, pod, act);
  return answersNow(it, pod);
}

/** It takes more memory than it may. The kernel kills it, and nothing else here would. */
async function outOfMemory(it: Stage, pod: string): Promise<readonly string[]> {
  const answers = await afterRestart(it, pod, () => post(it, pod, 'grow'));
  const path = 'jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}';
  const killed = async () => (await it.box.kubectl(['get', 'pod', pod, '-o', path])).stdout === '137';
  await eventually(killed, { what: `the status of ${pod} saying that it was killed` });
  return answers;
}

/**
 * Replaces this pod by a new one.
 * @returns the answers of the new pod
 */
async function deletePod(it: Stage, pod: string): Promise<readonly string[]> {
  const before = new Set(it.pods.current().map(({ name }) => name));
  await it.box.kubectl(['delete', 'pod', pod, '--wait=false']);
  const next = await eventually(
    () => livePods(it.pods.current()).find(({ name }) => !before.has(name)) ?? false,
    { what: `the pod after ${pod}` },
  );
  return answersNow(it, next.name);
}

/** The answers after each of them, from a pod that went through it, and from a pod beside it that did not. */
export async function misfortunes(nodes: Nodes, it: Stage, sibling: string) {
  const names = livePods(it.pods.current()).map(({ name }) => name);
  const [a = '', b = '', c = '', d = ''] = names.filter((name) => name !== sibling);
  const [killed, hungry, notAlive, gone] = await Promise.all([
    afterRestart(it, a, () => killIn(nodes, it, a, 'TERM')),
    outOfMemory(it, b),
    afterRestart(it, c, () => post(it, c, 'stall')),
    deletePod(it, d),
  ]);
  return { killed, outOfMemory: hungry, notAlive, deleted: gone, sibling: await answersNow(it, sibling) };
}
