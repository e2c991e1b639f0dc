import { EDITED } from '../../marks/names.ts';
import { FIELD_MANAGER } from '../../marks/own-fields.ts';
import { managedEntries } from '../../workloads/managed-fields.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { OwnRevision } from '../history/own-revisions.ts';
import { type Cause, isWithin, type Span } from './cause.ts';

/** A controller makes the revision of a template within a few seconds. */
const CONTROLLER_MS = 4_000;

const CONTROLLERS = 'kube-controller-manager';

/** What a write means by its manager. Undefined: it tells nothing of who asked for the revision. */
function meaningOf(manager: string, subresource: string | null | undefined): string | undefined {
  if (subresource === 'status') return undefined;
  // Controllers number their workloads. An autoscaler scales them, by the same manager.
  if (manager === CONTROLLERS)
    return subresource === 'scale' ? ' (a HorizontalPodAutoscaler scales so)' : undefined;
  return manager === FIELD_MANAGER ? ' (lockstep itself)' : '';
}

/**
 * Who has written the workload as the revision came up, by its managed fields. They tell the last write of each
 * manager, so they say this of the present revision only.
 */
export function callersOf(
  workload: Workload,
  { isCurrent }: OwnRevision,
  { untilMs }: Span,
): readonly Cause[] {
  if (!isCurrent) return [];
  const span = { fromMs: untilMs - CONTROLLER_MS, untilMs };
  return managedEntries(workload.object).flatMap(({ manager, subresource, time }): Cause[] => {
    const meaning = manager ? meaningOf(manager, subresource) : undefined;
    if (meaning === undefined || !time || !isWithin(span, time)) return [];
    const what = subresource ? `${subresource} of ${nameOf(workload)}` : nameOf(workload);
    const message = `field manager ${manager} wrote ${what}${meaning}`;
    return [{ certainty: 'likely', about: 'caller', message, time }];
  });
}

/** The rollout that lockstep has started after an edit, as its note says. A ReplicaSet keeps the note of its time. */
export function editedNoteOf(workload: Workload, revision: OwnRevision, span: Span): readonly Cause[] {
  const annotations = revision.isCurrent ? workload.metadata.annotations : revision.annotations;
  const [time, sources] = (annotations?.[EDITED] ?? '').split(' ');
  if (!time || !sources || !isWithin(span, time)) return [];
  const message = `lockstep itself, after an edit of ${sources.split(',').join(', ')} (${EDITED})`;
  return [{ certainty: 'reported', about: 'caller', message, time }];
}
