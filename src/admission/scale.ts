import { bring } from '../in-step/bring.ts';
import { kindOfResource } from '../workloads/kinds.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { leave, type Outcome, outcomeOf } from './outcome.ts';
import type { ScaleRequest } from './review.ts';

/**
 * Reviews a scale-up. The review holds only a Scale, so lockstep brings the workload into step by
 * a patch in the cluster, and then lets the scale through. After that patch, the API server meets
 * a write conflict. It runs the scale again on the fresh object, and calls this webhook again.
 */
export async function reviewScale(
  deps: ReviewDeps,
  request: ScaleRequest,
  { onError, pinNamespace, signal }: ReviewContext,
): Promise<Outcome> {
  const { namespace, object, oldObject } = request;
  if ((object.spec?.replicas ?? 0) <= (oldObject?.spec?.replicas ?? 0)) return leave('not-growing');
  const kind = kindOfResource(deps.kinds, request.resource);
  if (!kind?.scale) return leave('unknown-kind');
  const { name } = object.metadata;
  const target = { operation: 'scale', kind, namespace, name, pinNamespace, signal } as const;
  const brought = await bring(deps, target, { dryRun: request.dryRun ?? false, onError });
  if (brought.kind === 'gone') return leave('workload-gone');
  return outcomeOf(brought);
}
