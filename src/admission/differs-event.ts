import type { Assessment } from '../in-step/assessment.ts';
import { differsMessage } from '../policy/node-words.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { placeOf } from './event-place.ts';
import { readManagedNow } from './managed-now.ts';

type EventDeps = Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults' | 'events'>;

async function recordEvent(
  deps: EventDeps,
  reviewed: Workload,
  message: string,
  signal: AbortSignal,
): Promise<undefined> {
  const about = await readManagedNow(deps, reviewed, signal);
  if (about) await deps.events.record('ConfigurationDiffers', about.object, message, signal);
}

/**
 * Reports, by an Event about the DaemonSet, that a pod of it reads something else than the others, which do not roll.
 * Nobody reads the warnings of a pod. The answer does not wait for the Event.
 */
export function reportDiffers(
  deps: EventDeps,
  workload: Workload,
  { decision, name }: Assessment,
  dryRun: boolean,
): void {
  const message = differsMessage(decision, name);
  if (dryRun || message === undefined) return;
  deps.events.later(placeOf(workload), (signal) => recordEvent(deps, workload, message, signal));
}
