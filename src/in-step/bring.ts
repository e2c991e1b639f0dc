import type { OnError } from '../policy/on-error.ts';
import type { WorkloadKind } from '../workloads/workload.ts';
import { assess } from './assess.ts';
import type { Assessment } from './assessment.ts';
import type { Call } from './gather.ts';
import { makeCopies } from './make-copies.ts';
import type { InStepDeps } from './ports.ts';

/** How to treat one call. */
export interface Conduct {
  /** lockstep writes nothing: it makes no copy and patches no workload. */
  readonly dryRun: boolean;
  readonly onError: OnError;
}

/** An assessment whose copies exist, so its marks can be written. */
export interface Prepared {
  readonly assessment: Assessment;
  /** Warnings of copies that could not be made. */
  readonly copyWarnings: readonly string[];
}

/**
 * Judges a workload and makes the copies that the decision needs. Both belong to the same live configuration.
 * @throws LockstepError what the ports throw. If `onError` is `deny`, also if a copy could not be made
 */
export async function prepare(deps: InStepDeps, call: Call, { dryRun, onError }: Conduct): Promise<Prepared> {
  for (;;) {
    const assessed = await assess(deps, call);
    const { assessment } = assessed;
    if (!deps.copies || dryRun) return { assessment, copyWarnings: [] };
    const made = await makeCopies(deps.copies, call, assessed, onError);
    if (made.kind === 'made') return { assessment, copyWarnings: made.warnings };
    // A source changed or a copy disappeared after the judgement. The marks must tell the present state, so
    // judge again. The deadline of the call ends this loop.
  }
}

/** A workload in the cluster, to bring into step. */
export interface Target extends Pick<Call, 'pinNamespace' | 'signal'> {
  readonly operation: 'scale';
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The result of `bring`. The workload is in step with the assessment now, unless the decision or a dry run
 * left it unchanged.
 */
export type Brought = ({ readonly kind: 'brought' } & Prepared) | { readonly kind: 'gone' };

/**
 * Brings a workload into step: reads it, judges it, makes its copies, and patches it. The patch fails if
 * somebody else has written the workload since the read. Then it starts over.
 * @throws LockstepError as `prepare` does
 */
export async function bring(deps: InStepDeps, target: Target, conduct: Conduct): Promise<Brought> {
  const { kind, namespace, name, operation, pinNamespace, signal } = target;
  // What the last PATCH should have written when it met a conflict.
  let tried: Prepared | undefined;
  for (;;) {
    const workload = await deps.workloads.read(kind, namespace, name, signal);
    if (!workload) return { kind: 'gone' };
    const call = { operation, workload, before: workload, pinNamespace, signal };
    const prepared = await prepare(deps, call, conduct);
    const { decision, live } = prepared.assessment;
    // The marks are written by now: by our own PATCH, whose answer was lost, or by another replica. The pods
    // roll either way, so the user gets the warnings of the first judgement.
    if (tried && decision.reason === 'in-step' && tried.assessment.live?.hash === live?.hash)
      return { kind: 'brought', ...tried };
    if (decision.action === 'leave' || conduct.dryRun) return { kind: 'brought', ...prepared };
    const result = await deps.workloads.patch(workload, decision.marks, signal);
    if (result === 'patched') return { kind: 'brought', ...prepared };
    if (result === 'gone') return { kind: 'gone' };
    tried = prepared;
  }
}
