import type { OnError } from '../policy/on-error.ts';
import type { WorkloadKind } from '../workloads/workload.ts';
import { assess } from './assess.ts';
import type { Assessment } from './assessment.ts';
import type { Call } from './gather.ts';
import { makeCopies } from './make-copies.ts';
import type { InStepDeps } from './ports.ts';

/** How one call is to be dealt with. */
export interface Conduct {
  /** Nothing is written: no copy is made, no workload is patched. */
  readonly dryRun: boolean;
  readonly onError: OnError;
}

/** An assessment whose copies are there, so that its marks can be written. */
export interface Prepared {
  readonly assessment: Assessment;
  /** Copies that could not be made, and why. */
  readonly copyWarnings: readonly string[];
}

/**
 * Judges a workload, and makes the copies that go with the decision: of what is live when both are done.
 * @throws LockstepError what the ports throw; where `onError` is `deny`, also why a copy could not be made
 */
export async function prepare(deps: InStepDeps, call: Call, { dryRun, onError }: Conduct): Promise<Prepared> {
  for (;;) {
    const assessed = await assess(deps, call);
    const { assessment } = assessed;
    if (!deps.copies || dryRun) return { assessment, copyWarnings: [] };
    const made = await makeCopies(deps.copies, call, assessed, onError);
    if (made.kind === 'made') return { assessment, copyWarnings: made.warnings };
    // A source has changed, or a copy gone, since it was judged: the marks are to say what is now. The
    // deadline ends this.
  }
}

/** A workload in the cluster that is to be brought into step. */
export interface Target extends Pick<Call, 'pinNamespace' | 'signal'> {
  readonly operation: 'scale';
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The workload's assessment; it is in step with it now, unless the decision or a dry run left it as it is.
 */
export type Brought = ({ readonly kind: 'brought' } & Prepared) | { readonly kind: 'gone' };

/**
 * Brings a workload into step: reads it, judges it, makes its copies, and patches it, if it still is the
 * one that was read. A write of somebody else in between starts this over.
 * @throws LockstepError as `prepare` does
 */
export async function bring(deps: InStepDeps, target: Target, conduct: Conduct): Promise<Brought> {
  const { kind, namespace, name, operation, pinNamespace, signal } = target;
  // What was to be written when the PATCH met a conflict.
  let tried: Prepared | undefined;
  for (;;) {
    const workload = await deps.workloads.read(kind, namespace, name, signal);
    if (!workload) return { kind: 'gone' };
    const call = { operation, workload, before: workload, pinNamespace, signal };
    const prepared = await prepare(deps, call, conduct);
    const { decision, live } = prepared.assessment;
    // Written by now: by our own PATCH, whose answer was lost, or by another replica's. The pods roll
    // either way.
    if (tried && decision.reason === 'in-step' && tried.assessment.live?.hash === live?.hash)
      return { kind: 'brought', ...tried };
    if (decision.action === 'leave' || conduct.dryRun) return { kind: 'brought', ...prepared };
    const result = await deps.workloads.patch(workload, decision.marks, signal);
    if (result === 'patched') return { kind: 'brought', ...prepared };
    if (result === 'gone') return { kind: 'gone' };
    tried = prepared;
  }
}
