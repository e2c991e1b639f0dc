import { truncate, UID_IN_LOG } from '../policy/wording.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Outcome } from './outcome.ts';
import type { ReviewAbout } from './review-about.ts';

/** An outcome, and what kept lockstep from a decision, if anything did. */
export interface Decided {
  readonly outcome: Outcome;
  /** For the log. */
  readonly err?: string;
}

/** The log message: what happened to what, and why, or what would have. */
function messageOf(decided: Decided, subject: string): string {
  const { decision, observed } = decided.outcome;
  const message = happenedTo(decided, subject);
  // All of the others begin with what was done, as a participle.
  const isAsItIs = decision === 'leave' || decision === 'fail' || decision === 'deny';
  return observed && !isAsItIs ? `would have ${message}` : message;
}

function happenedTo({ outcome, err }: Decided, subject: string): string {
  switch (outcome.decision) {
    case 'record':
    case 'write':
      return outcome.summary;
    case 'cap':
      return `capped ${subject}: its configuration is not the current one`;
    case 'pin':
      return outcome.reason === 'uncovered'
        ? `pointed ${subject} at its copies, except for what they do not hold`
        : `pointed ${subject} at its copies`;
    case 'refuse':
      return `refused ${subject}: ${outcome.denial.message}`;
    case 'fail':
      return err === undefined ? `left ${subject} on live configuration` : `did not check ${subject}`;
    case 'deny':
      return `denied ${subject}: did not check it`;
    case 'leave':
      return `left ${subject} as it is: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}

/**
 * How much a decision matters to who reads the log. What writes a workload is `info`. A pod that reads copies writes
 * none, and there are many: `debug`.
 */
function levelOf({ decision, reason }: Outcome): 'error' | 'warn' | 'info' | 'debug' {
  if (reason === 'bug') return 'error';
  if (decision === 'fail' || decision === 'deny') return 'warn';
  if (reason === 'uncovered') return 'info';
  return ['write', 'record', 'cap', 'refuse'].includes(decision) ? 'info' : 'debug';
}

/** The most warnings that a line of the log has: a pod may have a thousand references. */
const MOST_WARNINGS = 5;

/** Why a review could not be decided, or why a pod reads live configuration. */
function whyOf({ outcome, err }: Decided): string | undefined {
  if (err !== undefined) return err;
  if (outcome.decision === 'deny') return outcome.denial.message;
  const { decision, reason, warnings } = outcome;
  return decision === 'fail' || reason === 'uncovered'
    ? warnings.slice(0, MOST_WARNINGS).join('; ')
    : undefined;
}

/** Logs what came of a review. */
export function logDecision(log: Logger, about: ReviewAbout, decided: Decided, seconds: number): void {
  const { outcome } = decided;
  const { decision, reason, observed } = outcome;
  const level = levelOf(outcome);
  if (!log.isLevelEnabled(level)) return;
  const mode = observed && 'observe';
  const configHash = 'configHash' in outcome ? outcome.configHash : undefined;
  const uid = truncate(about.uid, UID_IN_LOG);
  const fields = { ...about, uid, mode, decision, reason, configHash, seconds, err: whyOf(decided) };
  log[level](fields, messageOf(decided, about.subject));
}
