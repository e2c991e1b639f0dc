import { prepare } from '../in-step/prepare.ts';
import { jsonPatchOf } from '../marks/patch.ts';
import { isControllersWrite } from '../policy/controllers-write.ts';
import { isOnlyScaled } from '../policy/only-scaled.ts';
import { kindOfResource } from '../workloads/kinds.ts';
import { nameOf, type Workload, type WorkloadKind, workloadOf } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import { reportDecision } from './decision-event.ts';
import type { ReviewDeps } from './deps.ts';
import { misfitError } from './errors.ts';
import { leave, type Outcome, outcomeOf } from './outcome.ts';
import { reviewReferring } from './referred.ts';
import { reportRemade } from './remade-event.ts';
import type { TemplateRequest } from './review.ts';

/** @throws LockstepError API_UNEXPECTED if the object is one of another kind than the request says */
function toWorkload(kind: WorkloadKind, object: TemplateRequest['object'], namespace: string): Workload {
  const checked = kind.check(object);
  if (checked.kind === 'wrong') throw misfitError(kind.kind, checked.first.pointer || '/');
  return workloadOf(kind, checked.object, namespace);
}

/** Reviews a workload's create or update. The marks go into the object under review. */
export async function reviewTemplate(
  deps: ReviewDeps,
  request: TemplateRequest,
  { signal, ...context }: ReviewContext,
): Promise<Outcome> {
  const { namespace, object, oldObject } = request;
  const kind = kindOfResource(deps.kinds, request.resource);
  if (!kind) return leave('unknown-kind');
  const workload = toWorkload(kind, object, namespace);
  const earlier = request.operation === 'UPDATE' ? oldObject : undefined;
  const before = earlier ? toWorkload(kind, earlier, namespace) : undefined;
  if (before && isControllersWrite(before, workload)) return leave('controllers-write');
  const dryRun = request.dryRun ?? false;
  const does = `${before ? 'updating' : 'creating'} ${nameOf(workload)}`;
  const caller = { user: request.userInfo?.username ?? undefined, does };
  const { templateRef } = workload;
  if (templateRef) {
    // New pods join, and the template is the one that it was.
    const isScaling = !before || isOnlyScaled(before, workload);
    const means = isScaling ? 'scale' : 'update';
    const referring = { workload, templateRef, operation: means, dryRun, caller } as const;
    return reviewReferring(deps, referring, { ...context, signal });
  }
  const operation = before ? 'update' : 'create';
  const fieldManager = request.options?.fieldManager ?? undefined;
  const { pinNamespace } = context;
  const call = { operation, workload, before, pinNamespace, fieldManager, signal } as const;
  const conduct = { dryRun, onError: context.onError, mode: context.mode };
  const prepared = await prepare(deps, call, conduct, 'api-server');
  // A request may lack the uid. The stored object has it.
  reportRemade(deps, before ?? workload, prepared.assessment, dryRun);
  reportDecision(deps, { before, prepared, caller, dryRun });
  const { decision } = prepared.assessment;
  return outcomeOf(prepared, decision.action === 'leave' ? [] : jsonPatchOf(workload, decision.marks));
}
