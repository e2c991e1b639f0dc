import { templateDigest } from '../digest/canonical.ts';
import type { ConfigState } from '../digest/format.ts';
import { type Marked, marksOf } from './marks.ts';
import { MARKS } from './table.ts';

/** The text of the mark `baseline` or `held`: this state, together with the template that it belongs to. */
export function printStateOf({ hash, sources }: ConfigState, template: unknown): string {
  return MARKS.baseline.print({ hash, sources, template: templateDigest(template) });
}

/** The state in a mark. Undefined: it belongs to another template than the workload has now. */
function stateOf({ template }: Marked, mark: 'baseline' | 'held', text: string | undefined) {
  const state = text === undefined ? undefined : MARKS[mark].parse(text);
  if (!state || state.template !== templateDigest(template)) return undefined;
  // A state of no source is never recorded: there was no room for them.
  return Object.keys(state.sources).length > 0
    ? { hash: state.hash, sources: state.sources }
    : { hash: state.hash, sources: {}, hashOnly: true };
}

/** The short digests in a `config-sources`, by source id. Empty if lockstep cannot parse the text. */
export function parseSources(text: string | undefined): Readonly<Record<string, string>> {
  return (text === undefined ? undefined : MARKS.sources.parse(text)) ?? {};
}

/**
 * The configuration on record for a workload. It stands in the baseline, if that belongs to the present
 * template, else in the template. Undefined: nothing is on record. A `config-sources` that lockstep cannot
 * parse counts as empty. One that is missing had no room.
 */
export function recordedState(workload: Marked): ConfigState | undefined {
  const { hash, sources, baseline } = marksOf(workload);
  const baselineState = stateOf(workload, 'baseline', baseline);
  if (baselineState) return baselineState;
  if (hash === undefined) return undefined;
  return sources === undefined
    ? { hash, sources: {}, hashOnly: true }
    : { hash, sources: parseSources(sources) };
}

/** The live configuration that a held workload does not follow. Undefined: the workload is not held. */
export function recordedHold(workload: Marked): ConfigState | undefined {
  return stateOf(workload, 'held', marksOf(workload).held);
}
