import type { Brought } from '../in-step/bring.ts';
import { parseSources } from '../marks/records.ts';
import type { Decision } from '../policy/decision.ts';
import { replacesAll } from '../workloads/strategy.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Cause } from './entry.ts';

/** What to do with a workload after a look at it. */
export type Step =
  /** Nothing: it carries what it should. */
  | { readonly do: 'nothing'; readonly read: Workload }
  /** Nothing by us, although these sources have moved. */
  | ({ readonly do: 'leave' } & Moves)
  /** Its marks are written at once: no pod restarts. */
  | ({ readonly do: 'write' } & Moves)
  /** Its pods are replaced when it is its turn. */
  | ({ readonly do: 'roll' } & Moves);

/** What a look has found. */
export interface Moves {
  /** Ids of the sources that have moved. */
  readonly moved: readonly string[];
  /** What they hold: id -> short digest. */
  readonly live: Readonly<Record<string, string>>;
}

const NONE: Moves = { moved: [], live: {} };

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
  if (judged.kind !== 'brought') return { do: 'leave', ...NONE };
  const { decision, paused, sources } = judged.assessment;
  switch (decision.action) {
    case 'leave':
      return decision.reason === 'in-step'
        ? { do: 'nothing', read: judged.read }
        : { do: 'leave', moved: decision.waiting ?? [], live: {} };
    case 'record':
      return { do: 'write', ...NONE };
    case 'write': {
      const live = parseSources(decision.marks.sources);
      const { moved } = decision;
      if (decision.reason === 'not-recorded' && cause === 'look') return { do: 'leave', ...NONE };
      if (!replacesPods(judged)) return { do: 'write', moved, live };
      // Nothing would roll. To resume it is an update, which brings it into step.
      if (paused) return { do: 'leave', moved, live };
      return { do: 'roll', moved: movedIn(decision, sources), live };
    }
    default:
      return decision satisfies never;
  }
}

/** The sources that a rollout is for. If nothing tells which they are, all of them. */
const movedIn = ({ moved }: WriteDecision, sources: readonly { readonly id: string }[]): readonly string[] =>
  moved.length > 0 ? moved : sources.map(({ id }) => id);
