import { NO_MARKS } from '../marks/marks.ts';
import { IGNORE } from '../marks/names.ts';
import { staysLiveWarning } from '../policy/copy-warnings.ts';
import { type Mode, OBSERVED } from '../policy/mode.ts';
import { roomWarnings } from '../policy/room-warnings.ts';
import type { Problem } from '../policy/settings.ts';
import { remadeWarning, warningsOf } from '../policy/warnings.ts';
import { truncate } from '../policy/wording.ts';
import type { Assessment, Malformed } from './assessment.ts';
import type { Prepared } from './prepare.ts';

function malformedAnnotationWarning({ annotation, part, why }: Problem, name: string): string {
  return `annotation ${annotation} on ${truncate(name)}: "${truncate(part)}" ${why}: ignored`;
}

/** The source's own `lockstep.dev/ignore` is malformed. */
function malformedIgnoreWarning(id: string, value: string): string {
  return `annotation ${IGNORE}="${truncate(value)}" on ${truncate(id)} is neither true nor false: ignored`;
}

function malformedLabelWarning(label: string, value: string, name: string): string {
  return `label ${label}="${truncate(value)}" on ${truncate(name)} is neither enabled nor disabled: ignored`;
}

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

/** The warnings of malformed labels and annotations, on the workload or on its sources. */
export function malformedWarnings({ malformed, name }: Assessment): string[] {
  return malformed.map((each) => malformedWarning(each, name));
}

/**
 * The warnings that tell the user of the decision.
 * @param mode `observe`: the decision is not carried out
 */
export function decisionWarnings({ decision, ...workload }: Assessment, mode: Mode = 'enforce'): string[] {
  return warningsOf(decision, workload, mode);
}

/** The warnings of marks for which the annotations have no room. */
export function noRoomWarnings({ decision, omitted, name }: Assessment): string[] {
  return roomWarnings(omitted, decision.action === 'leave' ? NO_MARKS : decision.marks, name);
}

/** Whether the decision writes the marks of live configuration, so that new pods read copies of it. */
const writesLive = ({ decision, live }: Assessment): boolean =>
  decision.action === 'write' &&
  decision.reason !== 'annotations-restored' &&
  decision.reason !== 'hold-restored' &&
  decision.marks.hash === live?.hash;

/**
 * All warnings of an assessment.
 * @param mode `observe`: the decision is not carried out
 */
export function assessmentWarnings(assessment: Assessment, mode: Mode = 'enforce'): string[] {
  const { unpinned, remade, name } = assessment;
  return [
    ...decisionWarnings(assessment, mode),
    ...remade.map((id) => remadeWarning(id, name)),
    ...malformedWarnings(assessment),
    ...noRoomWarnings(assessment),
    ...(writesLive(assessment) ? unpinned.map((each) => staysLiveWarning(each, name)) : []),
  ];
}

/** The Event of a rollout that would have begun. Empty: nothing was left undone, or no pod would restart. */
export function wouldRollMessages({
  assessment,
  observed,
}: Pick<Prepared, 'assessment' | 'observed'>): string[] {
  const { reason } = assessment.decision;
  if (!observed || (reason !== 'drifted' && reason !== 'not-recorded')) return [];
  const [first] = decisionWarnings(assessment, 'observe');
  return first === undefined ? [] : [`${first}. ${OBSERVED}`];
}
