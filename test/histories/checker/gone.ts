import { ABSENT } from '../../../src/digest/source.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { replicasOf } from '../../../src/workloads/deployment.ts';
import { plainTemplate, type Step, standingConfig } from './deployment-steps.ts';
import type { History } from './history.ts';
import { digestsIn, usagesOf } from './source-states.ts';
import type { Window } from './windows.ts';

/**
 * Whether the pods of a Deployment would have lost a required source by a rollout. The source was absent at some time
 * in the window (`sometimes`), or all the time (`always`), and it is not on record as absent. A new template, and
 * a Deployment without pods, have no pods that serve with it.
 */
export function lostIn(
  history: History,
  { before, commit }: Step,
  window: Window,
  how: 'sometimes' | 'always',
): boolean {
  if (!before || replicasOf(before.object) === 0) return false;
  if (plainTemplate(before.object) !== plainTemplate(commit.object)) return false;
  const recorded = standingConfig(before.object)?.sources ?? {};
  return usagesOf(commit.object).some((usage) => {
    if (!usage.required || recorded[sourceId(usage)] === ABSENT) return false;
    const digests = digestsIn(history, usage, window);
    return digests.has(ABSENT) && (how === 'sometimes' || digests.size === 1);
  });
}
