import { type Caller, callerWords } from '../policy/caller-words.ts';
import { heldBackText } from '../policy/ceiling-warnings.ts';
import { sentenceOf } from '../policy/wording.ts';
import type { ReplicaSet } from '../workloads/replica-set.ts';
import { displayName, nameOf, type Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { placeOf } from './event-place.ts';
import { readManagedNow } from './managed-now.ts';

type EventDeps = Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults' | 'events'>;

/** A ReplicaSet that keeps its size. */
export interface HeldBack {
  readonly subject: ReplicaSet;
  readonly owner: Workload;
  readonly replicas: number;
  /** So many pods were asked for. */
  readonly wanted: number;
  /** The config hash of the owner's template. */
  readonly hash: string | undefined;
  readonly caller: Caller;
}

/** Reports, by an Event about the workload, that the ceiling held pods back. The answer does not wait for the Event. */
export function reportHeldBack(
  deps: EventDeps,
  { subject, owner, replicas, wanted, hash, caller }: HeldBack,
): void {
  const { namespace } = owner;
  const { name = '', uid } = subject.metadata;
  const words = { replicaSet: displayName('replicaset', subject.metadata), owner: nameOf(owner) };
  const text = heldBackText({ ...words, replicas, wanted });
  deps.events.later(placeOf(owner), async (signal) => {
    const found = await readManagedNow(deps, owner, signal);
    if (!found) return undefined;
    // The Deployment controller asks again and again during one rollout.
    const about = { ...found.object, occasion: `${uid} ${hash}` };
    const related = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      namespace,
      name: name ?? '',
      uid: uid ?? undefined,
    };
    const note = sentenceOf(`${text}${callerWords(caller)}`);
    await deps.events.record('PodsHeldBack', about, note, signal, { related });
    return undefined;
  });
}
