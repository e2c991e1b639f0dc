import { type Marks, marksOf } from '../marks/marks.ts';
import type { Decision } from '../policy/decision.ts';
import { lackingWarnings } from '../policy/lacking-warning.ts';
import { waitingWarnings } from '../policy/waiting-warning.ts';
import { warningsOf } from '../policy/warnings.ts';
import { listOf, truncate } from '../policy/wording.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Assessment } from './assessment.ts';
import type { Prepared } from './prepare.ts';
import { wouldRollMessages } from './warnings.ts';

/** What a decision means for people who look at the workload later. */
export interface Told {
  readonly what: 'rolled' | 'held' | 'hold-ended' | 'waits' | 'not-rolled' | 'would-roll';
  readonly text: string;
  /** Ids of the sources that it is about. */
  readonly sources: readonly string[];
}

/** Whether a decision restarts pods for the sake of their configuration. It is known why. */
const rolls = (decision: Decision): decision is Extract<Decision, { action: 'write' }> =>
  decision.action === 'write' &&
  (decision.reason === 'drifted' || (decision.reason === 'not-recorded' && decision.moved.length > 0));

/** Why a hold has ended. */
function whyEnded(decision: Extract<Decision, { marks: Marks }>): string {
  switch (decision.reason) {
    case 'released':
      return 'its sources hold again what its pods hold';
    case 'drifted':
    case 'not-recorded':
      return `${listOf(decision.moved)} changed`;
    case 'undo':
      return 'an undo brought another template';
    default:
      return 'its template changed';
  }
}

function holdEnd(decision: Decision, name: string, before: Marks): Told[] {
  if (!('marks' in decision) || before.held === undefined || decision.marks.held !== undefined) return [];
  const sources = decision.action === 'write' ? decision.moved : [];
  const text = `${truncate(name)} is no longer held at earlier configuration: ${whyEnded(decision)}`;
  return [{ what: 'hold-ended', text, sources }];
}

function ofDecision(assessment: Assessment, before: Marks): Told[] {
  const { decision, name, idle } = assessment;
  const ended = holdEnd(decision, name, before);
  if (decision.action === 'record') return ended;
  const [text] = warningsOf(decision, assessment);
  if (text !== undefined && rolls(decision) && !idle)
    return [{ what: 'rolled', text, sources: decision.moved }, ...ended];
  if (text !== undefined && decision.reason === 'undo-held') return [{ what: 'held', text, sources: [] }];
  // Another Event tells of a pod that starts with newer configuration than the others.
  if (assessment.operation === 'node') return ended;
  const lost = decision.lacking && decision.reason === 'source-gone' ? decision.lacking : [];
  const gone = lost.map(({ id }) => id);
  return [
    ...ended,
    ...waitingWarnings(decision, assessment).map(
      (words): Told => ({ what: 'waits', text: words, sources: decision.waiting ?? [] }),
    ),
    ...(lost.length === 0 ? [] : lackingWarnings(decision, assessment)).map(
      (words): Told => ({ what: 'not-rolled', text: words, sources: gone }),
    ),
  ];
}

/**
 * What is to be told of a decision, besides the warnings of the caller. Empty where nothing has happened to the
 * workload: it is in step, it is not managed, or it has no pods that would restart.
 * @param before the workload as it was. Undefined: it was just created
 */
export function toldOf(
  { assessment, observed }: Pick<Prepared, 'assessment' | 'observed'>,
  before: Pick<Workload, 'metadata' | 'template'> | undefined,
): readonly Told[] {
  if (observed)
    return wouldRollMessages({ assessment, observed }).map((text) => ({
      what: 'would-roll',
      text,
      sources: [],
    }));
  return before ? ofDecision(assessment, marksOf(before)) : [];
}
