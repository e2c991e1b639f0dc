import { decide } from '../../src/policy/decide.ts';
import type { Adoption, Decision, Facts } from '../../src/policy/decision.ts';

const MAY_DIFFER: Adoption = { verdict: 'may-differ', source: undefined };

const SAME: Adoption = { verdict: 'same', baseline: 'of nothing in doubt' };

/**
 * The decision. If it needs the history of sources, history gives this answer. Copies have to be among the
 * facts.
 */
export function decisionOn(facts: Facts, adoption: Adoption = MAY_DIFFER): Decision {
  const first = decide(facts);
  if (!('needs' in first)) return first;
  if (first.needs !== 'history') throw new Error(`the facts do not say: ${first.needs}`);
  const second = decide({ ...facts, adoption: first.of.length === 0 ? SAME : adoption });
  if ('needs' in second) throw new Error(`asked twice: ${second.needs}`);
  return second;
}

/** The ids of the sources that a decision needs the history of. */
export function historyNeeded(facts: Facts): readonly string[] {
  const answer = decide(facts);
  return 'needs' in answer && answer.needs === 'history' ? answer.of : [];
}

/** Whether a decision needs to know if copies exist, when they have not been looked at. */
export function copiesNeeded(facts: Facts): boolean {
  const answer = decide({ ...facts, pin: facts.pin && { ...facts.pin, restorable: undefined } });
  return 'needs' in answer && answer.needs === 'copies';
}

/** Whether a decision needs to know if the request's marks are those of a revision. */
export function revisionsNeeded(facts: Facts): boolean {
  const answer = decide({ ...facts, pin: facts.pin && { ...facts.pin, ofRevision: undefined } });
  return 'needs' in answer && answer.needs === 'revisions';
}
