import { templateDigest } from '../digest/canonical.ts';
import type { ConfigState } from '../digest/format.ts';
import { type Marked, marksOf } from './marks.ts';
import { MARKS } from './table.ts';

/**
 * The text of a baseline (all pods of this very template hold this state), or of what a workload is held
 * against.
 */
export function printStateOf({ hash, sources }: ConfigState, template: unknown): string {
  return MARKS.baseline.print({ hash, sources, template: templateDigest(template) });
}

/** What a mark says of the template that the workload has now; undefined where it was taken of another. */
function stateOf({ template }: Marked, mark: 'baseline' | 'held', text: string | undefined) {
  const said = text === undefined ? undefined : MARKS[mark].parse(text);
  if (!said || said.template !== templateDigest(template)) return undefined;
  return { hash: said.hash, sources: said.sources };
}

/** The short digests in a `config-sources`, by source id; empty where it cannot be read. */
export function parseSources(text: string | undefined): Readonly<Record<string, string>> {
  return (text === undefined ? undefined : MARKS.sources.parse(text)) ?? {};
}

/**
 * The configuration on record for a workload: its baseline where it has one that was taken of the template
 * it has now, else what the template says, else undefined. A `config-sources` that cannot be read counts as
 * empty.
 */
export function recordedState(workload: Marked): ConfigState | undefined {
  const { hash, sources, baseline } = marksOf(workload);
  const said = stateOf(workload, 'baseline', baseline);
  if (said) return said;
  return hash === undefined ? undefined : { hash, sources: parseSources(sources) };
}

/** The configuration that a workload is held against; undefined: it is not held. */
export function recordedHold(workload: Marked): ConfigState | undefined {
  return stateOf(workload, 'held', marksOf(workload).held);
}
