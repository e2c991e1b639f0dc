import { fittingNotes } from '../marks/room.ts';
import { sourceOfId } from '../references/sources.ts';
import type { TemplateRef, Workload, WorkloadKind } from '../workloads/workload.ts';
import type { Call } from './gather.ts';
import type { InStepDeps, Sources } from './ports.ts';
import { type Conduct, type Prepared, prepare } from './prepare.ts';

/** A workload in the cluster, to bring into step. */
export interface Target extends Pick<Call, 'operation' | 'pinNamespace' | 'signal'> {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** The workload must have it. Undefined: the call names no uid. */
  readonly uid?: string;
  /** Further annotations that a rollout is written with: name -> text. */
  readonly notes?: Readonly<Record<string, string>>;
}

/**
 * The result of `bring`. The workload is in step with the assessment now, unless the decision, a dry run or the mode
 * left it unchanged.
 */
export type Brought =
  | ({
      readonly kind: 'brought';
      /** The workload as it was read last. */
      readonly read: Workload;
      /** The workload as our own PATCH of what was read has left it. Undefined: no PATCH is known to have been made. */
      readonly patched: Workload | undefined;
    } & Prepared)
  /** It takes its template from another object, so nothing was judged. */
  | { readonly kind: 'referring'; readonly read: Workload; readonly templateRef: TemplateRef }
  | { readonly kind: 'gone' };

/**
 * Brings a workload into step: reads it, judges it, makes its copies, and patches it. The patch fails if
 * somebody else has written the workload since the read. Then it starts over.
 * @throws LockstepError as `prepare` does
 */
export async function bring(deps: InStepDeps, target: Target, conduct: Conduct): Promise<Brought> {
  const ahead = deps.foresight?.begin(target, target.signal);
  try {
    const brought = await bringWith(deps, target, conduct, ahead?.sources);
    const sources = brought.kind === 'brought' ? brought.assessment.sources : [];
    deps.foresight?.learn(
      target,
      sources.map(({ id }) => sourceOfId(id)),
    );
    return brought;
  } finally {
    ahead?.end();
  }
}

async function bringWith(
  deps: InStepDeps,
  target: Target,
  conduct: Conduct,
  ahead: Sources | undefined,
): Promise<Brought> {
  const { kind, namespace, name, uid, operation, pinNamespace, signal, notes } = target;
  // What the last PATCH should have written when it met a conflict.
  let tried: Prepared | undefined;
  let early = ahead;
  for (;;) {
    const workload = await deps.workloads.read(kind, namespace, name, signal);
    if (!workload || (uid !== undefined && workload.metadata.uid !== uid)) return { kind: 'gone' };
    const { templateRef } = workload;
    if (templateRef) return { kind: 'referring', read: workload, templateRef };
    const call = { operation, workload, before: workload, pinNamespace, signal };
    const prepared = await prepare(deps, call, conduct, 'lockstep', early);
    early = undefined;
    const { observed, assessment } = prepared;
    const { decision, live } = assessment;
    // The marks are written by now: by our own PATCH, whose answer was lost, or by another replica. The pods
    // roll either way, so the user gets the warnings of the first judgement.
    if (tried && decision.reason === 'in-step' && tried.assessment.live?.hash === live?.hash)
      return { kind: 'brought', read: workload, patched: undefined, ...tried };
    if (decision.action === 'leave' || conduct.dryRun || observed)
      return { kind: 'brought', read: workload, patched: undefined, ...prepared };
    const further = decision.action === 'write' ? notes : undefined;
    const fitting = further && fittingNotes(workload, decision.marks, further);
    const patched = await deps.workloads.patch(workload, decision.marks, signal, fitting);
    if (patched === 'gone') return { kind: 'gone' };
    if (patched !== 'conflict') return { kind: 'brought', read: workload, patched, ...prepared };
    tried = prepared;
  }
}
