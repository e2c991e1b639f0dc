import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { OwnedMeta } from './replica-set.ts';

const Started = maybe(Type.Object({ startedAt: maybe(Type.String()) }));
const statuses = maybe(
  Type.Array(
    Type.Object({
      restartCount: maybe(Type.Integer()),
      state: maybe(Type.Object({ running: Started, terminated: Started })),
    }),
  ),
);

/** The part of a core/v1 Pod that tells when it started. */
export const StartedPod = Type.Object({
  metadata: OwnedMeta,
  status: maybe(
    Type.Object({
      phase: maybe(Type.String()),
      startTime: maybe(Type.String()),
      initContainerStatuses: statuses,
      containerStatuses: statuses,
    }),
  ),
});

export type StartedPod = Static<typeof StartedPod>;
type ContainerStatus = NonNullable<NonNullable<StartedPod['status']>['containerStatuses']>[number];

/** When a pod can have read configuration, in seconds since the epoch. The API has no finer times. */
export interface PodTimes {
  /**
   * When its kubelet accepted it, which is before it mounts a volume or pulls an image. While that is not
   * known, when it was created. Nothing was read before.
   */
  readonly since: number;
  /** When its first container started. `unknown`: a container has restarted, and the API keeps no first start. */
  readonly firstStart: number | 'not-yet' | 'unknown';
}

/** Whether the pod runs or will run. One that is being deleted goes away, with what it has read. */
export function isLiving({ metadata, status }: StartedPod): boolean {
  return !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

const seconds = (time: string): number => Date.parse(time) / 1000;

function startOf({ restartCount, state }: ContainerStatus): PodTimes['firstStart'] {
  if ((restartCount ?? 0) > 0) return 'unknown';
  const startedAt = state?.running?.startedAt ?? state?.terminated?.startedAt;
  return startedAt ? seconds(startedAt) : 'not-yet';
}

function firstOf(starts: readonly PodTimes['firstStart'][]): PodTimes['firstStart'] {
  if (starts.includes('unknown')) return 'unknown';
  const known = starts.filter((start) => typeof start === 'number');
  return known.length > 0 ? Math.min(...known) : 'not-yet';
}

/** The times in a pod's metadata and status. */
export function podTimes({ metadata, status }: StartedPod): PodTimes {
  const since = status?.startTime ?? metadata.creationTimestamp;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return { since: since ? seconds(since) : Number.NaN, firstStart: firstOf(containers.map(startOf)) };
}
