import { staysLiveWarning } from '../policy/copy-warnings.ts';
import {
  malformedAnnotationWarning,
  malformedIgnoreWarning,
  malformedLabelWarning,
  warningsOf,
} from '../policy/warnings.ts';
import type { Assessment, Malformed } from './assessment.ts';

function malformedWarning(malformed: Malformed, name: string): string {
  switch (malformed.on) {
    case 'annotation':
      return malformedAnnotationWarning(malformed, name);
    case 'label':
      return malformedLabelWarning(malformed.label, malformed.value, name);
    case 'source':
      return malformedIgnoreWarning(malformed.id, malformed.value);
    default:
      return malformed satisfies never;
  }
}

/** What a workload or its sources say that does not count, each a sentence for the user. */
export function malformedWarnings({ malformed, name }: Assessment): string[] {
  return malformed.map((each) => malformedWarning(each, name));
}

/** What the decision means for the user, each a sentence. */
export function decisionWarnings({ decision, name, paused, pinnedIds: pinned }: Assessment): string[] {
  return warningsOf(decision, { name, paused, pinnedIds: pinned });
}

/** Whether the decision writes today's marks, so that pods come to read what is said of them. */
const writesToday = ({ decision, live }: Assessment): boolean =>
  decision.action === 'write' &&
  decision.reason !== 'annotations-restored' &&
  decision.marks.hash === live?.hash;

/** All that the user is told of an assessment, each a sentence. */
export function assessmentWarnings(assessment: Assessment): string[] {
  const { unpinned, name } = assessment;
  return [
    ...decisionWarnings(assessment),
    ...malformedWarnings(assessment),
    ...(writesToday(assessment) ? unpinned.map((each) => staysLiveWarning(each, name)) : []),
  ];
}
