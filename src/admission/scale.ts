import type { Operation } from 'fast-json-patch';
import { type Brought, bring } from '../in-step/bring.ts';
import { kindOfResource } from '../workloads/kinds.ts';
import { displayName } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import { reportDecision } from './decision-event.ts';
import type { ReviewDeps } from './deps.ts';
import { leave, type Outcome, outcomeOf } from './outcome.ts';
import { reviewReferring } from './referred.ts';
import { reportRemade } from './remade-event.ts';
import type { ScaleRequest } from './review.ts';

/**
 * What keeps a precondition of the caller true that only our own patch has made false: the Scale gets the version
 * that the API server is about to write. The API server compares it afterwards, so whatever somebody writes after
 * this review is still a conflict.
 */
function keptPrecondition(
  { ownPatches }: Pick<ReviewDeps, 'ownPatches'>,
  { object, oldObject }: ScaleRequest,
  { read, patched }: Extract<Brought, { kind: 'brought' }>,
): Operation[] {
  const asked = object.metadata.resourceVersion;
  const current = oldObject?.metadata.resourceVersion;
  if (!asked || !current) return [];
  const isOurs = ownPatches.areAllSince(asked, read);
  if (patched) {
    // Anything that was written between the version that the caller knows and our patch stays a conflict.
    if (isOurs || asked === read.metadata.resourceVersion) ownPatches.remember(asked, patched);
    return [];
  }
  if (!isOurs || asked === current) return [];
  return [{ op: 'replace', path: '/metadata/resourceVersion', value: current }];
}

/** A Scale of a custom resource has -2147483648 where replicas are unset. Then its controller takes 1. */
function sizeOf(scale: ScaleRequest['object'] | ScaleRequest['oldObject']): number {
  const replicas = scale?.spec?.replicas ?? 0;
  return replicas < 0 ? 1 : replicas;
}

/**
 * Reviews a scale-up. The review holds only a Scale, so lockstep brings the workload into step by
 * a patch in the cluster, and then lets the scale through. After that patch, the API server meets
 * a write conflict. It runs the scale again on the fresh object, and calls this webhook again. A caller
 * that asked for the version from before our patch would now be refused, so that version is replaced.
 */
export async function reviewScale(
  deps: ReviewDeps,
  request: ScaleRequest,
  context: ReviewContext,
): Promise<Outcome> {
  const { namespace, object, oldObject } = request;
  if (sizeOf(object) <= sizeOf(oldObject)) return leave('not-growing');
  const kind = kindOfResource(deps.kinds, request.resource);
  if (!kind?.scale) return leave('unknown-kind');
  const { name } = object.metadata;
  const { onError, pinNamespace, mode, signal } = context;
  const dryRun = request.dryRun ?? false;
  const target = { operation: 'scale', kind, namespace, name, pinNamespace, signal } as const;
  const does = `scaling ${displayName(kind.singular, { name })} from ${sizeOf(oldObject)} to ${sizeOf(object)}`;
  const caller = { user: request.userInfo?.username ?? undefined, does };
  const brought = await bring(deps, target, { dryRun, onError, mode });
  if (brought.kind === 'gone') return leave('workload-gone');
  if (brought.kind === 'referring') {
    const { read: workload, templateRef } = brought;
    return reviewReferring(deps, { workload, templateRef, operation: 'scale', dryRun, caller }, context);
  }
  reportRemade(deps, brought.read, brought.assessment, dryRun);
  const isWritten = brought.patched !== undefined;
  reportDecision(deps, { before: brought.read, prepared: brought, caller, dryRun, isWritten });
  return outcomeOf(brought, keptPrecondition(deps, request, brought));
}
