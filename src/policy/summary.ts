import type { Decision } from './decision.ts';
import { NAME_IN_LOG, truncate } from './wording.ts';

type WritingDecision = Extract<Decision, { action: 'write' | 'record' }>;

/** The most sources that a line names. */
const MOST_NAMES = 20;

function namesOf(moved: readonly string[]): string {
  if (moved.length === 0) return 'its configuration';
  const named = moved.slice(0, MOST_NAMES).map((id) => truncate(id, NAME_IN_LOG));
  const others = moved.length - named.length;
  return `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

const doubtedOf = (decision: WritingDecision): string =>
  namesOf('doubted' in decision && decision.doubted !== undefined ? [decision.doubted] : []);

/** One line for the log: what a decision does to a workload, and why. */
export function summaryOf(decision: WritingDecision, fullName: string): string {
  const name = truncate(fullName, NAME_IN_LOG);
  switch (decision.reason) {
    case 'created':
      return `marked ${name}: it was created`;
    case 'template-changed':
      return `marked ${name}: its template changed`;
    case 'drifted':
      return `rolled ${name}: ${namesOf(decision.moved)} changed`;
    case 'not-recorded':
      return `rolled ${name}: its pods may hold different versions of ${namesOf(decision.moved)}`;
    case 'undo':
      return `rolled ${name} to the live configuration: an undo brought back its template only`;
    case 'undo-held':
      return `held ${name} at its earlier configuration: an undo brought it back`;
    case 'undo-no-op':
      return `restored the annotations of ${name}: an undo changed nothing else`;
    case 'annotations-restored':
      return `restored the annotations of ${name}: the request lacked or changed them`;
    case 'hold-restored':
      return `restored the annotations of ${name}: it is held on`;
    case 'references-gone':
      return `removed the annotations of ${name}: it uses no configuration any more`;
    case 'no-room':
      return `left ${name} without annotations for which it has no room`;
    case 'adopted':
      return `recorded ${name}: its pods hold the live configuration`;
    case 'in-doubt':
      return `recorded ${name} without certainty: its pods may hold different versions of ${doubtedOf(decision)}`;
    case 'appeared':
      return `recorded ${name}: a source that it waited for appeared`;
    case 'rescoped':
      return `recorded ${name}: other sources or keys count now, and its pods hold them`;
    case 'held':
      return `recorded ${name}: it is held on, and other sources or keys count now`;
    case 'released':
      return `ended the hold of ${name}: the live configuration is what its pods hold`;
    default:
      return decision satisfies never;
  }
}
