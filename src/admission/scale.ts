import { bring } from '../in-step/bring.ts';
import { kindOfResource } from '../workloads/kinds.ts';
import type { ReviewContext } from './context.ts';
import type { ReviewDeps } from './deps.ts';
import { decided, leave, type Outcome } from './outcome.ts';
import type { ScaleRequest } from './review.ts';

/**
 * A scale-up. The review holds only a Scale, so the workload is brought into step from here, before the
 * scale is let through. Where that patched it, the API server meets its own write conflict, runs the scale
 * again on the fresh object, and asks again.
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
  if (brought.kind === 'gone') return leave('gone');
  return decided(brought);
}
