import { parsePinned } from '../copies/pins.ts';
import { INJECT_LABEL, marksOf, PIN_LABEL } from '../marks/marks.ts';
import {
  malformedAnnotation,
  malformedIgnore,
  malformedLabel,
  staysLive,
  warningsOf,
} from '../policy/warnings.ts';
import { sourceId } from '../references/usage.ts';
import { type Deployment, displayName } from '../workloads/deployment.ts';
import { type AdmissionDeps, type Call, type Judgement, judge } from './judge.ts';
import { marksPatch } from './patch.ts';
import { makeCopies } from './pinning.ts';
import type { Outcome } from './response.ts';
import type { TemplateRequest } from './review.ts';

/** Are the marks written those of today, so that its pods come to read what is said of them? */
const writesToday = ({ decision, live }: Judgement): boolean =>
  decision.action === 'write' &&
  decision.reason !== 'annotations-restored' &&
  decision.marks.hash === live?.hash;

/** The outcome of a judgement, as far as it is the same for every kind of call: no patch yet. */
function outcomeOf(judgement: Judgement, workload: Deployment, more: readonly string[]): Outcome {
  const { decision, label, pinLabel, live, problems, malformedIgnores, unpinned } = judgement;
  const name = displayName('deployment', workload.metadata);
  // A request may have dropped the marks that the workload keeps.
  const { pinned: carried } = decision.action === 'leave' ? marksOf(workload) : decision.marks;
  const pinned = parsePinned(carried).map(sourceId);
  const malformed = [
    [INJECT_LABEL, label],
    [PIN_LABEL, pinLabel],
  ] as const;
  return {
    decision: decision.action,
    reason: decision.reason,
    warnings: [
      ...warningsOf(decision, { name, paused: workload.spec.paused ?? false, pinned }),
      ...malformed.flatMap(([of, { says, ...rest }]) =>
        says === 'malformed' && 'value' in rest ? malformedLabel(of, rest.value, name) : [],
      ),
      ...problems.map((problem) => malformedAnnotation(problem, name)),
      ...malformedIgnores.map(({ id, value }) => malformedIgnore(id, value)),
      ...(writesToday(judgement) ? unpinned.map((each) => staysLive(each, name)) : []),
      ...more,
    ],
    ...(live && decision.action !== 'leave' && { configHash: live.hash }),
  };
}

/** What a call comes to: the judgement, and the outcome but for the patch. */
export interface Reviewed {
  readonly judgement: Judgement;
  readonly outcome: Outcome;
}

/** Judges a call, and makes the copies that go with the judgement: of what is live when both are done. */
export async function reviewed(deps: AdmissionDeps, call: Call, dryRun: boolean): Promise<Reviewed> {
  for (;;) {
    const judgement = await judge(deps, call);
    const made =
      deps.pin && !dryRun
        ? await makeCopies(deps.pin, judgement, { ...call, onError: deps.onError })
        : undefined;
    // A source has changed, or a copy gone, since it was judged: the marks are to say what is now. The deadline ends this.
    if (made?.kind === 'moved') continue;
    return { judgement, outcome: outcomeOf(judgement, call.workload, made?.warnings ?? []) };
  }
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
  const call = { operation, namespace: request.namespace, workload, before, signal } as const;
  const { judgement, outcome } = await reviewed(deps, call, request.dryRun ?? false);
  if (judgement.decision.action === 'leave') return outcome;
  return { ...outcome, patch: marksPatch(workload, judgement.decision.marks) };
}
