import type { Workload, WorkloadKind } from '../workloads/workload.ts';
import { countSeen, mayBeBack } from './counted.ts';
import { isInDoubt } from './in-doubt.ts';
import { keyOf, sourceKeyOf } from './indexed.ts';
import { isUnsettled } from './other-content.ts';
import type { Follower, SourceVersion } from './ports.ts';
import { noteChange, noteEdit, noteGone, noteLook } from './queue.ts';
import { type RecentEdits, recentEdits } from './recent-edits.ts';
import { createRecount } from './recount.ts';
import type { SourceKey } from './source-state.ts';
import type { TermState } from './state.ts';

/** The watches of a term. */
export interface Watching {
  /** Resolves when all workloads and ConfigMaps that there were have been seen. */
  readonly synced: Promise<void>;
  /** Resolves when the watches have ended. */
  readonly ended: Promise<void>;
}

/** Whether all has been seen that there was. What happens before is no edit. */
interface Sync {
  readonly edits: RecentEdits;
  isSynced: boolean;
}

/** Calls back when each of the parts has reported once. */
function eachOnce(parts: number, then: () => void): (part: number) => void {
  const reported = new Set<number>();
  return (part) => {
    const isNew = !reported.has(part);
    reported.add(part);
    if (isNew && reported.size === parts) then();
  };
}

const usersOf = ({ index }: TermState, source: SourceKey) =>
  index.usersOf(source).map(({ member }) => member);

function onEdited(state: TermState, { isSynced, edits }: Sync, source: SourceKey): void {
  edits.note(source);
  if (!isSynced) return;
  noteEdit(state.queue, source, usersOf(state, source), state.now());
  state.wake.up();
}

/** @param onFirst called when a source is seen for the first time */
function sourceFollower(
  state: TermState,
  sync: Sync,
  kind: SourceVersion['kind'],
  onFirst: (source: SourceKey) => void,
): Omit<Follower<SourceVersion>, 'onSynced'> {
  const versions = new Map<SourceKey, string>();
  return {
    onSeen(seen) {
      const source = sourceKeyOf(seen);
      const before = versions.get(source);
      versions.set(source, seen.version);
      if (before === undefined) onFirst(source);
      else if (before !== seen.version) onEdited(state, sync, source);
    },
    onGone(place) {
      const source = sourceKeyOf({ kind, ...place });
      if (versions.delete(source)) onEdited(state, sync, source);
    },
    onError: state.reports.onError,
  };
}

function workloadFollower(
  state: TermState,
  sync: Sync,
  kind: WorkloadKind,
): Omit<Follower<Workload>, 'onSynced'> {
  const { index, queue, follows, reports, wake } = state;
  const recount = createRecount(state);
  return {
    onSeen(workload) {
      const key = keyOf(kind, { namespace: workload.namespace, name: workload.metadata.name ?? '' });
      const before = index.get(key);
      const after = index.put(workload);
      countSeen(state, before, after);
      if (!after) noteGone(queue, key);
      else if (before) noteChange(queue, after.member);
      if (sync.isSynced && after && isInDoubt(state, sync.edits, before, after))
        noteLook(queue, after.member);
      if (after && mayBeBack(state, before, after)) recount(after);
      if (follows.has(key) || isUnsettled(queue.proofs)) wake.up();
    },
    onGone(place) {
      const key = keyOf(kind, place);
      countSeen(state, index.get(key), undefined);
      index.remove(key);
      noteGone(queue, key);
      follows.delete(key);
    },
    onError: reports.onError,
  };
}

/** Starts to follow sources and workloads. */
export function startWatching(state: TermState): Watching {
  const { deps, index, queue, signal } = state;
  const { ports, kinds } = deps;
  const sync: Sync = { isSynced: false, edits: recentEdits(state.now) };
  const synced = Promise.withResolvers<void>();
  const onSynced = eachOnce(kinds.length + 1, () => {
    sync.isSynced = true;
    deps.tally.begin(
      'edits',
      kinds.map(({ kind }) => kind),
    );
    synced.resolve();
  });
  // One that appears may be what its users wait for.
  const configMaps = sourceFollower(state, sync, 'configmap', (source) => onEdited(state, sync, source));
  // Polled ones are seen late. They may have been edited after their users were looked at.
  const secrets = sourceFollower(state, sync, 'secret', (source) => {
    for (const member of usersOf(state, source)) noteLook(queue, member);
  });
  const ended = [
    ports.configMaps({ ...configMaps, onSynced: () => onSynced(kinds.length) }, signal),
    ports.secrets?.(() => index.secrets())({ ...secrets, onSynced: () => undefined }, signal),
    ...kinds.map((kind, part) =>
      ports.workloads(kind)(
        { ...workloadFollower(state, sync, kind), onSynced: () => onSynced(part) },
        signal,
      ),
    ),
  ];
  return { synced: synced.promise, ended: Promise.all(ended).then(() => undefined) };
}
