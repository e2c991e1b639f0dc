import type { Outcome } from './outcome.ts';

/**
 * The outcome of a review where lockstep only observes: the same decision, and an answer that neither changes nor
 * refuses anything.
 */
export function observedOutcome(outcome: Outcome): Outcome {
  const told = { patch: [], observed: true };
  switch (outcome.decision) {
    case 'deny': {
      const { reason, denial } = outcome;
      return { decision: 'fail', reason, warnings: [denial.message], ...told };
    }
    case 'refuse':
      return { ...outcome, warnings: [`would refuse it: ${outcome.denial.message}`], observed: true };
    case 'record':
    case 'write': {
      const { denial, ...rest } = outcome;
      return { ...rest, ...told };
    }
    case 'leave':
    case 'cap':
    case 'pin':
    case 'fail':
      return { ...outcome, ...told };
    default:
      return outcome satisfies never;
  }
}
