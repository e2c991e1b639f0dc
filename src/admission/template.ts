import { malformedAnnotation, malformedIgnore, malformedInject, warningsOf } from '../policy/warnings.ts';
import { type Deployment, displayName } from '../workloads/deployment.ts';
import { type AdmissionDeps, type Judgement, judge } from './judge.ts';
import { marksPatch } from './patch.ts';
import type { Outcome } from './response.ts';
import type { TemplateRequest } from './review.ts';

/** The outcome of a judgement, as far as it is the same for every kind of call: no patch yet. */
export function outcomeOf(judgement: Judgement, workload: Deployment): Outcome {
  const { decision, label, live, problems, malformedIgnores } = judgement;
  const name = displayName('deployment', workload.metadata);
  return {
    decision: decision.action,
    reason: decision.reason,
    warnings: [
      ...warningsOf(decision, { name, paused: workload.spec.paused ?? false }),
      ...(label.says === 'malformed' ? [malformedInject(label.value, name)] : []),
      ...problems.map((problem) => malformedAnnotation(problem, name)),
      ...malformedIgnores.map(({ id, value }) => malformedIgnore(id, value)),
    ],
    ...(live && decision.action !== 'leave' && { configHash: live.hash }),
  };
}

/** A workload's create or update: the marks go into the object under review. */
export async function reviewTemplate(
  deps: AdmissionDeps,
  request: TemplateRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const workload = request.object;
  const before = request.operation === 'UPDATE' ? (request.oldObject ?? undefined) : undefined;
  const operation = before ? 'update' : 'create';
  const judgement = await judge(deps, { operation, namespace: request.namespace, workload, before, signal });
  const outcome = outcomeOf(judgement, workload);
  if (judgement.decision.action === 'leave') return outcome;
  return { ...outcome, patch: marksPatch(workload, judgement.decision.marks) };
}
