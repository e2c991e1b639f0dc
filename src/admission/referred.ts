import { bring } from '../in-step/bring.ts';
import { prepare } from '../in-step/prepare.ts';
import type { Caller } from '../policy/caller-words.ts';
import { injectSwitch } from '../policy/compat.ts';
import type { WorkloadOperation } from '../policy/roll-on.ts';
import { foreignTemplateWarning } from '../policy/warnings.ts';
import { DEPLOYMENT } from '../workloads/deployment.ts';
import { kindOfObject } from '../workloads/kinds.ts';
import { nameOf, type TemplateRef, type Workload } from '../workloads/workload.ts';
import type { ReviewContext } from './context.ts';
import { reportDecision } from './decision-event.ts';
import type { ReviewDeps } from './deps.ts';
import { leave, type Outcome, outcomeOf } from './outcome.ts';

/** A call on a workload that takes its template from another object. */
export interface ReferringCall {
  readonly workload: Workload;
  readonly templateRef: TemplateRef;
  /** What the call means for the object with the template. */
  readonly operation: WorkloadOperation;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

/** lockstep writes no object of another kind, so the pods of this workload may differ. */
async function leaveForeign(
  deps: ReviewDeps,
  { workload, templateRef, operation, dryRun }: ReferringCall,
  { signal, pinNamespace, mode, onError }: ReviewContext,
): Promise<Outcome> {
  const call = { operation, workload, before: workload, pinNamespace, signal };
  const prepared = await prepare(deps, call, { dryRun, onError, mode }, 'api-server');
  if (prepared.assessment.decision.reason === 'unmanaged') return outcomeOf(prepared);
  return leave('template-elsewhere', [foreignTemplateWarning(nameOf(workload), templateRef)]);
}

/**
 * Reviews a call on a workload that has no template of its own: brings the Deployment into step whose template it
 * takes. Its controller rejects a workload with both. The labels and annotations of the Deployment count, but a label
 * on the workload itself switches this off.
 */
export async function reviewReferring(
  deps: ReviewDeps,
  call: ReferringCall,
  context: ReviewContext,
): Promise<Outcome> {
  const { workload, templateRef, operation, dryRun, caller } = call;
  if (injectSwitch(workload, deps.defaults.compat).says === 'disabled') return leave('unmanaged');
  if (kindOfObject(deps.kinds, templateRef) !== DEPLOYMENT) return leaveForeign(deps, call, context);
  const { pinNamespace, mode, signal, onError } = context;
  const { namespace } = workload;
  const target = { operation, kind: DEPLOYMENT, namespace, name: templateRef.name, pinNamespace, signal };
  const brought = await bring(deps, target, { dryRun, onError, mode });
  if (brought.kind !== 'brought') return leave('workload-gone');
  const isWritten = brought.patched !== undefined;
  reportDecision(deps, { before: brought.read, prepared: brought, caller, dryRun, isWritten });
  return outcomeOf(brought);
}
