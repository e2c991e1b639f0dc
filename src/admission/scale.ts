import type { AdmissionDeps } from './judge.ts';
import { marksMergePatch } from './patch.ts';
import type { Outcome } from './response.ts';
import type { ScaleRequest } from './review.ts';
import { reviewed } from './template.ts';

const leave = (reason: string): Outcome => ({ decision: 'leave', reason, warnings: [] });

/**
 * A scale-up. The review holds only a Scale, so the Deployment is read and, where it must be written, patched from
 * here, before the scale is let through: the API server then meets its own write conflict, runs the scale again on the
 * fresh object, and asks again. A write of somebody else between our read and our patch starts us over.
 */
export async function reviewScale(
  deps: AdmissionDeps,
  request: ScaleRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { namespace, object, oldObject } = request;
  if ((object.spec?.replicas ?? 0) <= (oldObject?.spec?.replicas ?? 0)) return leave('not-growing');
  // What was to be written when the PATCH met a conflict.
  let tried: Outcome | undefined;
  for (;;) {
    const workload = await deps.workloads.deployment(namespace, object.metadata.name, signal);
    if (!workload) return leave('gone');
    const call = { operation: 'scale', namespace, workload, before: workload, signal } as const;
    const { judgement, outcome } = await reviewed(deps, call, request.dryRun ?? false);
    const { decision } = judgement;
    // Written by now: by our own PATCH, whose answer was lost, or by another replica's. The pods roll either way.
    if (tried && decision.reason === 'in-step' && tried.configHash === judgement.live?.hash) return tried;
    if (decision.action === 'leave' || request.dryRun) return outcome;
    const result = await deps.workloads.patchDeployment(
      namespace,
      workload,
      marksMergePatch(decision.marks),
      signal,
    );
    if (result === 'patched') return outcome;
    if (result === 'gone') return leave('gone');
    tried = outcome;
  }
}
