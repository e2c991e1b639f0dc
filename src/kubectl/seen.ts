import type { AssessmentAnswer } from '../assessments/shape.ts';
import { decisionWarnings } from '../in-step/warnings.ts';
import type { Mode } from '../policy/mode.ts';
import type { Strategy } from '../workloads/strategy.ts';
import { nameOf } from '../workloads/workload.ts';
import type { Judged } from './judge.ts';

/** What is known of a workload: by a judgement here, or by lockstep's own answer. */
export interface Seen {
  readonly namespace: string;
  /** `deployment/web` */
  readonly name: string;
  readonly outOfScope: boolean;
  readonly action: 'leave' | 'record' | 'write';
  /** `drifted`, `in-step` */
  readonly reason: string;
  /** Ids of changed sources for which a scale-up does not roll it. */
  readonly waiting: readonly string[];
  /** Ids of the sources that its pods read copies of. */
  readonly pinnedIds: readonly string[];
  /** Its configuration is on record. */
  readonly recorded: boolean;
  readonly paused: boolean;
  readonly idle: boolean;
  readonly strategy: Strategy;
  readonly mode: Mode;
  /** Ids of the sources that could not be compared. */
  readonly unknown: readonly string[];
  /** What a person would be told of the decision. */
  told(mode: Mode): string | undefined;
}

/** What a judgement here has seen. */
function seenHere({ workload, assessment, outOfScope, unknown, mode }: Judged): Seen {
  const { decision, pinnedIds, recorded, paused, idle, strategy, name } = assessment;
  return {
    namespace: workload.namespace,
    name,
    outOfScope,
    action: decision.action,
    reason: decision.reason,
    waiting: 'waiting' in decision ? (decision.waiting ?? []) : [],
    pinnedIds,
    recorded: recorded !== undefined,
    paused,
    idle,
    strategy,
    mode,
    unknown: [...unknown],
    told: (as) => decisionWarnings(assessment, as)[0],
  };
}

/** What lockstep itself has seen. */
function seenThere({ workload, assessment }: Judged, answer: AssessmentAnswer): Seen {
  const { decision, pin, outOfScope, recorded, paused, idle, mode, warnings } = answer;
  return {
    namespace: workload.namespace,
    name: nameOf(workload),
    outOfScope,
    action: decision.action,
    reason: decision.reason,
    waiting: decision.waiting ?? [],
    pinnedIds: pin.pinned,
    recorded,
    paused,
    idle,
    strategy: assessment.strategy,
    mode,
    unknown: [],
    told: () => warnings[0],
  };
}

/** What is known of a judged workload. lockstep's own answer goes before the judgement here. */
export const seenOf = (judged: Judged): Seen =>
  judged.answer ? seenThere(judged, judged.answer) : seenHere(judged);
