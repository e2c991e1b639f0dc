import { ABSENT } from '../digest/source.ts';
import type { AssessedSource, Assessment } from '../in-step/assessment.ts';
import type { Input } from './input.ts';

/** What the input lacks to tell what a workload's pods will read. */
export interface Lacking {
  /** Whether the workload gets no marks. */
  readonly isLeft: boolean;
  readonly warnings: readonly string[];
}

const LEFT = 'left without lockstep.dev annotations';

/**
 * Looks for sources that are not in the input, or not as a cluster gets them. The cluster may have them, from another
 * repository or an operator. A hash that counts them as absent would differ from the webhook's for ever.
 * @param allowMissing counts what is not in the input as absent
 */
export function lackingOf(assessment: Assessment, input: Input, allowMissing: boolean): Lacking {
  const { name, namespace } = assessment;
  const flawOf = ({ id }: AssessedSource) => input.flaw(namespace, id);
  const flawed = assessment.sources.filter((source) => flawOf(source) !== undefined);
  const missing = assessment.sources.filter((source) => source.live === ABSENT && !flawed.includes(source));
  const isLeft = flawed.length > 0 || (missing.length > 0 && !allowMissing);
  const where = `which is not in the input for namespace ${namespace}`;
  const consequence = allowMissing
    ? 'counted as absent'
    : `${LEFT}; pass its file too, or count it as absent with --allow-missing-sources`;
  return {
    isLeft,
    warnings: [
      ...missing.map(({ id }) => `${name} refers to ${id}, ${where}: ${consequence}`),
      ...flawed.map((source) => `${name} refers to ${source.id}: ${LEFT}: ${flawOf(source)}`),
    ],
  };
}
