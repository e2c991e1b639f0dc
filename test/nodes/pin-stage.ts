import type { PodEvent } from '../../lab/control-plane/events.ts';
import { livePods } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { copiesIn } from '../../lab/lockstep/pinned.ts';
import type { AppOptions } from '../../lab/nodes/app-manifests.ts';
import { type Answer, type Asking, askEach, receivedAnswers } from '../../lab/nodes/asking.ts';
import { copyName } from '../../src/copies/name.ts';
import { CONFIG_SOURCES } from '../../src/marks/names.ts';
import { parseSources } from '../../src/marks/records.ts';
import type { Nodes } from './describe-on-nodes.ts';
import { type Scene, scene } from './scene.ts';

/** A scene that also sends requests to each pod itself, from the pod's first moment to its last. */
export interface Stage extends Scene {
  readonly direct: Asking;
}

const EVERY_MS = 100;
const FEW = 3;

/** @param options include the labels of the Deployment */
export async function openStage({ cluster }: Nodes, options: AppOptions): Promise<Stage> {
  const it = await scene(cluster, {}, options);
  const urls = () => it.pods.current().flatMap(urlOf);
  const direct = askEach(urls, { what: `the pods in ${it.box.namespace}`, everyMs: EVERY_MS });
  return {
    ...it,
    direct,
    close: async () => {
      await direct.stop();
      await it.close();
    },
  };
}

const urlOf = ({ object }: PodEvent): readonly string[] =>
  object.status?.podIP === undefined ? [] : [`http://${object.status.podIP}:8080/`];

/** The URL of a pod itself. */
export function urlOfPod({ pods }: Pick<Scene, 'pods'>, name: string): string {
  const [url] = pods.current().flatMap((pod) => (pod.name === name ? urlOf(pod) : []));
  if (url === undefined) throw new Error(`${name} has no address`);
  return url;
}

/**
 * Does something that creates a new ReplicaSet.
 * @returns its first pod that answers
 */
export async function firstOfNewSet(stage: Stage, act: () => Promise<unknown>): Promise<string> {
  const before = Object.keys(answersBySet(stage));
  await act();
  const first = () =>
    receivedAnswers(stage.direct.answers).find((answer) => !before.includes(setOf(answer))) ?? false;
  return (await eventually(first, { timeoutMs: 60_000, what: 'an answer of a new ReplicaSet' })).pod;
}

const setOf = ({ pod }: Answer): string => pod.slice(0, pod.lastIndexOf('-'));

/**
 * The values that a pod answers from now on, after a few requests. Without a pod: those of all present pods.
 */
export async function answersNow({ direct, pods }: Stage, pod?: string): Promise<readonly string[]> {
  const from = Date.now();
  const of = (name: string) =>
    receivedAnswers(direct.answers).filter((each) => each.at >= from && each.pod === name);
  const names = () => (pod === undefined ? livePods(pods.current()).map(({ name }) => name) : [pod]);
  const said = await eventually(
    () => names().every((name) => of(name).length >= FEW) && names().flatMap(of),
    { what: `${FEW} answers of ${pod ?? 'each pod'}` },
  );
  return [...new Set(said.map(({ value }) => value))].sort();
}

/** The starts of a pod's container that have answered. */
const startsOf = ({ direct }: Stage, pod: string): readonly string[] => [
  ...new Set(receivedAnswers(direct.answers).flatMap((each) => (each.pod === pod ? each.start : []))),
];

/** Does something that restarts a container in place, and waits until the next start answers. */
export async function restartContainer(
  stage: Stage,
  pod: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const before = await eventually(() => startsOf(stage, pod).length > 0 && startsOf(stage, pod).length, {
    what: `an answer of ${pod}`,
  });
  await act();
  await eventually(() => startsOf(stage, pod).length > before, {
    timeoutMs: 60_000,
    what: `an answer of ${pod} from its next container`,
  });
}

/** How often containers have restarted in place, according to their answers. */
export function restartsSeen(stage: Stage): number {
  const pods = new Set(receivedAnswers(stage.direct.answers).map(({ pod }) => pod));
  return [...pods].reduce((total, pod) => total + startsOf(stage, pod).length - 1, 0);
}

/** All answers from pods of each ReplicaSet, each value once, directly and through the Service. */
export function answersBySet({ asking, direct }: Stage): Readonly<Record<string, readonly string[]>> {
  const all = [...receivedAnswers(asking.answers), ...receivedAnswers(direct.answers)];
  const bySet = Map.groupBy(all, setOf);
  return Object.fromEntries(
    [...bySet].map(([set, answers]) => [set, [...new Set(answers.map(({ value }) => value))].sort()]),
  );
}

/** The answers that pods of each ReplicaSet must give: the value in the copy that its template names. */
export async function copiedBySet({ box }: Stage): Promise<Readonly<Record<string, readonly string[]>>> {
  const copies = new Map((await copiesIn(box)).map(({ metadata, data }) => [metadata.name, data?.['a']]));
  const { stdout } = await box.kubectl(['get', 'replicasets', '--output=json']);
  return Object.fromEntries(
    parseList(JSON.parse(stdout)).items.map(({ metadata, spec }) => {
      const sources = parseSources(spec?.template?.metadata?.annotations?.[CONFIG_SOURCES]);
      const copy = copyName('app', sources['configmap/app'] ?? 'none');
      return [metadata.name, [copies.get(copy) ?? `no ${copy}`]];
    }),
  );
}
