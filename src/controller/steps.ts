import type { Brought } from '../in-step/bring.ts';
import type { Decision } from '../policy/decision.ts';
import { replacesAll } from '../workloads/strategy.ts';
import type { Cause } from './entry.ts';

/** What to do with a workload after a look at it. */
export type Step =
  /** Nothing, or nothing by us. */
  | { readonly do: 'leave' }
  /** Its marks are written at once: no pod restarts. */
  | { readonly do: 'write' }
  /** Its pods are replaced when it is its turn. Ids of the sources that have moved. */
  | { readonly do: 'roll'; readonly moved: readonly string[] };

type WriteDecision = Extract<Decision, { action: 'write' }>;

/** Whether writing the new template makes the controller replace pods by itself. */
function replacesPods({ assessment }: Extract<Brought, { kind: 'brought' }>): boolean {
  const { idle, strategy } = assessment;
  if (idle || strategy.type === 'on-delete') return false;
  return replacesAll(strategy) || !('keepsAll' in strategy && strategy.keepsAll);
}

/**
 * The step after a look at a workload.
 * @param cause a mere look rolls no workload that was never recorded: nothing says that it has drifted
 */
export function stepAfter(judged: Brought, cause: Cause): Step {
  if (judged.kind !== 'brought') return { do: 'leave' };
  const { decision, paused } = judged.assessment;
  switch (decision.action) {
    case 'leave':
      return { do: 'leave' };
    case 'record':
      return { do: 'write' };
    case 'write':
      if (decision.reason === 'not-recorded' && cause === 'look') return { do: 'leave' };
      if (!replacesPods(judged)) return { do: 'write' };
      // Nothing would roll. To resume it is an update, which brings it into step.
      if (paused) return { do: 'leave' };
      return { do: 'roll', moved: movedIn(decision, judged.assessment.sources) };
    default:
      return decision satisfies never;
  }
}

/** The sources that a rollout is for. If nothing tells which they are, all of them. */
const movedIn = ({ moved }: WriteDecision, sources: readonly { readonly id: string }[]): readonly string[] =>
  moved.length > 0 ? moved : sources.map(({ id }) => id);
