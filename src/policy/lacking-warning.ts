import { HOLD_UNTIL_CONFIGURED } from '../marks/names.ts';
import type { Decision } from './decision.ts';
import type { Lacking } from './lacks.ts';
import { toFittingLine, truncate } from './wording.ts';

/** The workload that lacks something. */
export interface LackingWorkload {
  readonly namespace: string;
  readonly name: string;
  /** Ids of the sources whose copies its pods read. */
  readonly pinnedIds: readonly string[];
  /** Its pods are refused until what they need exists. */
  readonly untilConfigured?: boolean;
}

/** `configmap/app is`, `key a of configmap/app is`, `configmap/app and 2 more are` */
export function lackingSubject(lacking: readonly Lacking[], length: number): string {
  const [first, ...others] = lacking.flatMap(({ id, keys }) => {
    const source = truncate(id, length);
    return keys.length === 0 ? [source] : keys.map((key) => `key ${truncate(key, length)} of ${source}`);
  });
  return others.length === 0 ? `${first} is` : `${first} and ${others.length} more are`;
}

/**
 * Something is missing that pods need.
 * @param effect `stays`: the workload does not roll. `waits`: its template has changed, and its new pods wait.
 * `held`: they are not even made
 */
export function lackingWarning(
  lacking: readonly Lacking[],
  { namespace, name, pinnedIds }: LackingWorkload,
  effect: 'stays' | 'waits' | 'held',
): string {
  const pinned = new Set(pinnedIds);
  const staysWhole = lacking.every(({ id }) => pinned.has(id));
  // Not that it keeps its pods: the call itself may let a rollout go on, by a lower partition, say.
  const newPods = staysWhole ? 'whose pods read copies' : 'as new pods could not start';
  return toFittingLine((length) => {
    const subject = lackingSubject(lacking, length);
    const missing = `${subject} missing in namespace ${truncate(namespace, length)}`;
    const workload = truncate(name, length);
    const [it, is] = subject.endsWith('are') ? ['them', 'they are'] : ['it', 'it is'];
    if (effect === 'held')
      return `${missing}: ${workload} gets no new pods before (${HOLD_UNTIL_CONFIGURED})`;
    return effect === 'waits'
      ? `${missing}: new pods of ${workload} cannot start until ${is} there`
      : `${missing}: lockstep does not roll ${workload}, ${newPods}. Restore ${it} or edit the template`;
  });
}

/** The warning of what pods lack, if a decision was made with it. */
export function lackingWarnings(
  decision: Extract<Decision, { action: 'leave' | 'write' }>,
  { namespace, name, pinnedIds, untilConfigured }: LackingWorkload,
): string[] {
  const { reason, lacking } = decision;
  if (!lacking) return [];
  const stays = reason === 'source-gone' || reason === 'undo-no-op' || reason === 'annotations-restored';
  const waits = untilConfigured ? 'held' : 'waits';
  return [lackingWarning(lacking, { namespace, name, pinnedIds }, stays ? 'stays' : waits)];
}
