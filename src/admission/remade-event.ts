import type { Assessment } from '../in-step/assessment.ts';
import { NAME_IN_LOG, truncate } from '../policy/wording.ts';
import { references } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';
import { placeOf } from './event-place.ts';
import { readManagedNow } from './managed-now.ts';

/** The most sources that an Event names. */
const MOST_NAMES = 5;

type EventDeps = Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults' | 'events'>;

function messageOf(ids: readonly string[]): string {
  const named = ids.slice(0, MOST_NAMES).map((id) => truncate(id, NAME_IN_LOG));
  return [
    `Immutable sources were made anew under their names: ${named.join(', ')}.`,
    'A node keeps the old content as long as one of its pods uses it, and gives it to new pods.',
    'Use a new name, or pin the workload (lockstep.dev/pin: enabled).',
  ].join(' ');
}

/** Records the Event if the cluster has this workload, with these sources, and lockstep manages it. */
async function recordEvent(
  deps: EventDeps,
  workload: Workload,
  remade: readonly string[],
  signal: AbortSignal,
): Promise<undefined> {
  const found = await readManagedNow(deps, workload, signal);
  if (!found) return undefined;
  const used = new Set(references(found.live.template).map(sourceId));
  const ids = remade.filter((id) => used.has(id));
  if (ids.length === 0) return undefined;
  await deps.events.record('ImmutableSourceRecreated', found.object, messageOf(ids), signal);
  return undefined;
}

/**
 * Reports, by an Event about the workload, that immutable sources were made anew. A warning tells
 * the caller, which may be a program. The answer does not wait for the Event.
 */
export function reportRemade(
  deps: EventDeps,
  workload: Workload,
  { remade }: Pick<Assessment, 'remade'>,
  dryRun: boolean,
): void {
  if (dryRun || remade.length === 0) return;
  deps.events.later(placeOf(workload), (signal) => recordEvent(deps, workload, remade, signal));
}
