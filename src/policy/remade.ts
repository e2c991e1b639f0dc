import { ABSENT } from '../digest/source.ts';
import type { PodTimes } from '../workloads/pod-times.ts';
import type { Decision, Facts, WriteReason } from './decision.ts';

/** An immutable source that may have been deleted and made anew under its name. */
export interface Suspect {
  readonly id: string;
  /** When it was made, in seconds since the epoch. */
  readonly since: number;
}

/** The reasons for which new pods take the place of pods that may hold the old content. */
const REPLACING: readonly WriteReason[] = ['drifted', 'not-recorded', 'template-changed', 'undo'];

/**
 * The immutable sources that hold something else than before, or of which nothing is on record. An immutable object
 * never changes, so it was made anew, unless somebody made it immutable after an edit. `isRemade` tells these apart.
 * @param immutableSince id of an immutable source -> when it was made, in seconds since the epoch
 * @param pinnedIds the sources that the new pods read copies of. Each copy has a name of its own
 */
export function suspects(
  decision: Decision,
  { recorded, live, required }: Pick<Facts, 'recorded' | 'live' | 'required'>,
  immutableSince: ReadonlyMap<string, number>,
  pinnedIds: readonly string[],
): Suspect[] {
  if (decision.action !== 'write' || !REPLACING.includes(decision.reason)) return [];
  const mayBeRemade = (id: string) => {
    const then = recorded?.sources[id];
    // No pod runs without a required source, so one of this name was there before.
    if (then === undefined) return required.includes(id);
    return then !== ABSENT && then !== live.sources[id];
  };
  return [...immutableSince]
    .filter(([id]) => Object.hasOwn(live.sources, id) && !pinnedIds.includes(id) && mayBeRemade(id))
    .map(([id, since]) => ({ id, since }));
}

/** Whether a pod has run with an earlier source of this name. The order within one second is not known. */
function ranBefore({ since, firstStart }: PodTimes, made: number): boolean {
  if (since > made || firstStart === 'not-yet') return false;
  return firstStart === 'unknown' || firstStart <= made;
}

/**
 * Whether the source was made while pods ran with an earlier one of its name. The kubelets of these pods may keep that
 * one: they stop watching an immutable object, and forget it when its last pod on the node is gone.
 * @param pods the living pods of the present revision. Undefined: they are not known
 * @param workloadMade when the workload was made, in seconds since the epoch. It counts if the pods are not known
 */
export function isRemade(
  { since }: Suspect,
  pods: readonly PodTimes[] | undefined,
  workloadMade: number,
): boolean {
  return pods ? pods.some((pod) => ranBefore(pod, since)) : since > workloadMade;
}
