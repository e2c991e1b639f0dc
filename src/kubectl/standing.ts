import { type WorkloadState, workloadState } from '../in-step/workload-state.ts';
import type { Seen } from './seen.ts';

/** Why lockstep does not act on a workload. */
function notManagedMessage({ outOfScope, namespace, reason }: Seen): string {
  if (outOfScope) return `lockstep does not act in namespace ${namespace} (excludedNamespaces, namespaces)`;
  if (reason === 'no-references') return 'its pod template uses no configuration that counts';
  return 'the label lockstep.dev/inject of the workload or its namespace, or the default, keeps lockstep out';
}

/** What is certain: other sources have changed. What is not: a source that only lockstep can compare. */
export function stateOf(seen: Seen): WorkloadState {
  const state = seen.outOfScope ? 'NotManaged' : workloadState(seen);
  return state === 'InStep' && seen.unknown.length > 0 ? 'Unknown' : state;
}

export function messageOf(seen: Seen, state: WorkloadState): string {
  const { unknown, mode, reason, idle, name, recorded } = seen;
  const told = seen.told(state === 'Held' ? 'enforce' : 'observe');
  switch (state) {
    case 'NotManaged':
      return notManagedMessage(seen);
    case 'Unknown':
      return unknown.length > 0
        ? `${unknown.join(', ')} can be compared only by lockstep itself, which has the key`
        : (told ?? 'its record is of a version of lockstep that is not known here');
    case 'NotRecorded':
      return recorded
        ? 'its record cannot be compared. The next call records it anew, or rolls it if its pods may differ'
        : 'lockstep has not seen a call for it yet. The next one records it, or rolls it if its pods may differ';
    case 'InStep':
      if (idle) return 'it has no pods, and new ones start with what its sources hold then';
      return 'its pods hold what its sources hold now';
    case 'Waiting':
      if (reason === 'drifted') return told ?? `${name} is paused`;
      return told ?? waitingMessage(reason);
    default: {
      const observes = mode === 'observe' ? '. lockstep only observes in this namespace' : '';
      return `${told ?? reason}${observes}`;
    }
  }
}

const waitingMessage = (reason: string): string =>
  reason === 'source-gone'
    ? 'a source that its pods need is gone, so new pods could not start'
    : `its sources have changed, and a scale-up does not roll it (${reason})`;

/** Whether new pods of a workload that waits hold what its other pods hold. */
const staysAlike = ({ waiting, pinnedIds }: Seen): boolean =>
  waiting.length > 0 && waiting.every((id) => pinnedIds.includes(id));

function nextOfWaiting(seen: Seen): string {
  if (seen.reason === 'source-gone') return 'adds pods that cannot start';
  if (seen.paused) return 'rolls its pods when it is resumed';
  return staysAlike(seen) ? 'adds pods that hold the same' : 'mixes: new pods hold something else';
}

/** What the next scale-up does, in a few words. */
export function nextScaleUpOf(seen: Seen, state: WorkloadState): string {
  const { mode, action, strategy, idle } = seen;
  if (strategy.type === 'on-delete' && state === 'Drifted')
    return 'new pods hold something else, old ones stay';
  switch (state) {
    case 'NotManaged':
      return 'new pods start with live configuration';
    case 'Unknown':
      return 'not known here';
    case 'NotRecorded':
      return 'records it, or rolls it if its pods may differ';
    case 'Waiting':
      return nextOfWaiting(seen);
    case 'Drifted':
      if (mode === 'observe') return 'mixes: lockstep only observes';
      return action === 'write' ? 'rolls its pods' : 'mixes: new pods hold something else';
    default:
      return idle ? 'starts its first pods' : 'adds pods that hold the same';
  }
}

/** Whether something is to be done about a workload in this state. */
export const isTrouble = (state: WorkloadState): boolean => state === 'Drifted' || state === 'Waiting';
