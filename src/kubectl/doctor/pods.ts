import { type Static, Type } from 'typebox';
import { decoder } from '../../api/decode.ts';
import { CONFIG_HASH } from '../../marks/names.ts';
import { maybe, StringMap } from '../../schema.ts';
import { type Finding, ok, problem, unknown } from './finding.ts';

const Container = Type.Object({
  name: Type.String(),
  ready: maybe(Type.Boolean()),
  state: maybe(
    Type.Object({
      waiting: maybe(Type.Object({ reason: maybe(Type.String()), message: maybe(Type.String()) })),
    }),
  ),
  lastState: maybe(Type.Object({ terminated: maybe(Type.Object({ exitCode: maybe(Type.Number()) })) })),
});

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
const isReady = (pod: SeenPod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

/** The kubelet's messages of these reasons hold no value: they name objects and keys. */
const TOLD = ['CreateContainerConfigError', 'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'];

function containerFinding(namespace: string, pod: SeenPod, container: Static<typeof Container>): Finding[] {
  const { reason, message } = container.state?.waiting ?? {};
  if (!reason || reason === 'ContainerCreating' || reason === 'PodInitializing') return [];
  const check = `pod/${pod.metadata.name}, container ${container.name}`;
  const place = `--namespace ${namespace}`;
  if (reason === 'CrashLoopBackOff') {
    const code = container.lastState?.terminated?.exitCode;
    return [
      problem(
        check,
        `it crashes${code === undefined ? '' : ` with exit code ${code}`}`,
        `kubectl ${place} logs ${pod.metadata.name} --container ${container.name} --previous`,
      ),
    ];
  }
  const why = TOLD.includes(reason) && message ? `: ${message}` : '';
  return [problem(check, `${reason}${why}`, `kubectl ${place} describe pod ${pod.metadata.name}`)];
}

function podFindings(namespace: string, pod: SeenPod): Finding[] {
  if (isReady(pod)) return [];
  const { initContainerStatuses, containerStatuses } = pod.status ?? {};
  const all = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])];
  const found = all.flatMap((container) => containerFinding(namespace, pod, container));
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (found.length > 0 || scheduled?.status !== 'False') return found;
  return [problem(`pod/${pod.metadata.name} is scheduled`, scheduled.message ?? 'no node takes it')];
}

const listed = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** Whether the pods that serve now hold the same: by the config hashes that they were made with. */
function answersFinding(pods: readonly SeenPod[]): Finding {
  const check = 'all ready pods give one answer';
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
