import type { Prepared } from '../in-step/prepare.ts';
import { wouldRollMessages } from '../in-step/warnings.ts';
import { EVENT_MS } from '../telemetry/events.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { readManagedNow } from './managed-now.ts';

type EventDeps = Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults' | 'events'>;

async function recordEvent(deps: EventDeps, reviewed: Workload, message: string): Promise<void> {
  const signal = AbortSignal.timeout(EVENT_MS);
  const about = await readManagedNow(deps, reviewed, signal);
  if (about) await deps.events.record('WouldRoll', about.object, `${message}.`, signal);
}

/**
 * Reports, by an Event about the workload, a rollout that lockstep would have started. A warning tells the caller,
 * which may be a program. The answer does not wait for the Event.
 */
export function reportWouldRoll(
  deps: EventDeps,
  workload: Workload,
  prepared: Prepared,
  dryRun: boolean,
): void {
  const [message] = wouldRollMessages(prepared);
  if (dryRun || message === undefined) return;
  recordEvent(deps, workload, message).catch(() => undefined);
}
