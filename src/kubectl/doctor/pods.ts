import { type Static, Type } from 'typebox';
import { decoder } from '../../api/decode.ts';
import { CONFIG_HASH } from '../../marks/names.ts';
import { maybe, StringMap } from '../../schema.ts';
import { type Finding, listed, ok, problem, unknown, warning } from './finding.ts';

const Terminated = Type.Object({ exitCode: maybe(Type.Number()), reason: maybe(Type.String()) });

const Container = Type.Object({
  name: Type.String(),
  ready: maybe(Type.Boolean()),
  state: maybe(
    Type.Object({
      waiting: maybe(Type.Object({ reason: maybe(Type.String()), message: maybe(Type.String()) })),
      running: maybe(Type.Object({})),
      terminated: maybe(Terminated),
    }),
  ),
  lastState: maybe(Type.Object({ terminated: maybe(Terminated) })),
});
/** The state of a container. */
export type SeenContainer = Static<typeof Container>;

const SeenPod = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    annotations: maybe(StringMap),
    deletionTimestamp: maybe(Type.String()),
  }),
  status: maybe(
    Type.Object({
      startTime: maybe(Type.String()),
      conditions: maybe(
        Type.Array(
          Type.Object({ type: Type.String(), status: Type.String(), message: maybe(Type.String()) }),
        ),
      ),
      containerStatuses: maybe(Type.Array(Container)),
      initContainerStatuses: maybe(Type.Array(Container)),
    }),
  ),
});

/** A pod of a workload, as far as its state goes. */
export type SeenPod = Static<typeof SeenPod>;
export const decodePod = decoder(SeenPod, 'a pod');

const conditionOf = ({ status }: SeenPod, wanted: string) =>
  status?.conditions?.find(({ type }) => type === wanted);
export const isReady = (pod: SeenPod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

/** The kubelet's messages of these reasons hold no value: they name objects and keys. */
const TOLD = ['CreateContainerConfigError', 'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'];

/** The states of all of a pod's containers. */
export const containersOf = ({ status }: SeenPod): readonly SeenContainer[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** `with exit code 1`, `with exit code 137, OOMKilled` */
function exitText(terminated: Static<typeof Terminated> | null | undefined): string {
  const { exitCode, reason } = terminated ?? {};
  if (exitCode === undefined || exitCode === null) return '';
  return ` with exit code ${exitCode}${reason && reason !== 'Error' ? `, ${reason}` : ''}`;
}

function containerFinding(namespace: string, pod: SeenPod, container: SeenContainer): Finding[] {
  const { waiting, running, terminated } = container.state ?? {};
  const { reason, message } = waiting ?? {};
  const check = `pod/${pod.metadata.name}, container ${container.name}`;
  const place = `--namespace ${namespace}`;
  const logs = `kubectl ${place} logs ${pod.metadata.name} --container ${container.name}`;
  const before = container.lastState?.terminated;
  // Between a crash and the next start, nothing is waited for yet.
  if (terminated)
    return terminated.exitCode === 0 ? [] : [problem(check, `it has crashed${exitText(terminated)}`, logs)];
  if (reason === 'CrashLoopBackOff')
    return [problem(check, `it crashes${exitText(before)}`, `${logs} --previous`)];
  if (running && container.ready === false && before)
    return [
      warning(
        check,
        `it runs again after a crash${exitText(before)}, and is not ready`,
        `${logs} --previous`,
      ),
    ];
  if (!reason || reason === 'ContainerCreating' || reason === 'PodInitializing') return [];
  const why = TOLD.includes(reason) && message ? `: ${message}` : '';
  return [problem(check, `${reason}${why}`, `kubectl ${place} describe pod ${pod.metadata.name}`)];
}

function podFindings(namespace: string, pod: SeenPod): Finding[] {
  if (isReady(pod)) return [];
  const found = containersOf(pod).flatMap((container) => containerFinding(namespace, pod, container));
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (found.length > 0 || scheduled?.status !== 'False') return found;
  return [problem(`pod/${pod.metadata.name} is scheduled`, scheduled.message ?? 'no node takes it')];
}

/** Whether the pods that serve now hold the same: by the config hashes that they were made with. */
function answersFinding(pods: readonly SeenPod[]): Finding {
  const check = 'all ready pods were made with one configuration';
  const ready = pods.filter(isReady);
  const byHash = Map.groupBy(ready, ({ metadata }) => metadata.annotations?.[CONFIG_HASH] ?? '');
  if (byHash.size <= 1) return ok(check, `${ready.length} of ${pods.length} pods are ready`);
  const groups = [...byHash.values()].map((group) => listed(group.map(({ metadata }) => metadata.name)));
  return problem(check, `they were made with ${byHash.size} configurations: ${groups.join(' | ')}`);
}

/**
 * The pods that started before the last edit of a source that has moved since.
 * @param editedAt when each changed source was last written, by its id (RFC 3339)
 */
function oldPodsFinding(pods: readonly SeenPod[], editedAt: ReadonlyMap<string, string>): Finding[] {
  return [...editedAt].flatMap(([id, time]) => {
    const old = pods.filter(({ status }) => status?.startTime && status.startTime < time);
    const younger = pods.length - old.length;
    if (old.length === 0) return [];
    const mixed = younger > 0 ? `, and ${younger} after it` : '';
    const names = listed(old.map(({ metadata }) => metadata.name));
    const howMany = old.length === 1 ? '1 pod' : `${old.length} pods`;
    const text = `${howMany} started before its last edit at ${time}${mixed}: ${names}`;
    return [problem(`pods hold ${id} as it is now`, text)];
  });
}

/** The checks of a workload's pods. */
export function podsFindings(
  namespace: string,
  pods: readonly SeenPod[] | undefined,
  editedAt: ReadonlyMap<string, string>,
): Finding[] {
  if (!pods) return [unknown('its pods', 'you may not list pods')];
  const living = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  return [
    ...living.flatMap((pod) => podFindings(namespace, pod)),
    answersFinding(living),
    ...oldPodsFinding(living, editedAt),
  ];
}
