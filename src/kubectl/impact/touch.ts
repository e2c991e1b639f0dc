import type { PublishedPolicy } from '../../config/published.ts';
import { counts, sourceMark } from '../../marks/ignore.ts';
import { matcherOf } from '../../references/pattern.ts';
import type { Reference } from '../../references/references.ts';
import { sourceId } from '../../references/sources.ts';
import { type Usage, usages } from '../../references/usage.ts';
import type { Workload } from '../../workloads/workload.ts';
import { usagesOf } from '../judge.ts';
import { isTouched, type Supposed } from '../supposed.ts';
import { keysOf, keysText } from '../users.ts';
import { countedReferences, type Ignored } from '../whose-word.ts';
import type { Touch } from './outcome.ts';
import { changedKeys } from './supposition.ts';

const markOf = ({ before, after }: Supposed, compat: PublishedPolicy['compat']) =>
  sourceMark((after ?? before)?.metadata.annotations, compat);

function concerns({ keys }: Ignored, changed: readonly string[]): boolean {
  if (keys === 'all' || keys === 'others') return true;
  const { matches } = matcherOf(keys);
  return changed.some(matches);
}

const onlyText = (usage: Usage): string => {
  const keys = keysOf(usage);
  return keys === 'all' ? 'all' : `only ${keysText(keys)}`;
};

/** Why an edit concerns a workload: what counts for it. */
function whyYes(usage: Usage, edit: Supposed): Touch['why'] {
  const id = sourceId(edit);
  const keys = keysOf(usage);
  if (!edit.after) return { reason: 'changed', message: `it uses ${id}` };
  const changed = new Set(changedKeys(edit));
  const text =
    keys === 'all' ? keysText(keys, usage.except) : keysText(keys.filter((key) => changed.has(key)));
  return { reason: 'changed', message: `it uses ${text} of ${id}` };
}

/** Why an edit does not concern a workload that uses the source. */
function whyNot(
  policy: PublishedPolicy,
  workload: Workload,
  references: readonly Reference[],
  supposed: Supposed,
): Touch['why'] {
  const id = sourceId(supposed);
  const ofSource = references.filter((each) => sourceId(each) === id);
  const [raw] = usages(ofSource);
  const changed = changedKeys(supposed);
  if (changed.length === 0 && supposed.before && supposed.after)
    return { reason: 'no-change', message: `the edit does not change what ${id} holds` };
  if (!raw || !isTouched(raw, supposed))
    return { reason: 'key-not-used', message: `it uses ${raw ? onlyText(raw) : 'nothing'} of ${id}` };
  const mark = markOf(supposed, policy.compat);
  const words = countedReferences(policy, workload, ofSource, (of) => (of === id ? mark : undefined))
    .flatMap(({ ignored }) => ignored)
    .filter((each) => concerns(each, changed))
    .map(({ by }) => by);
  return { reason: 'ignored', message: `ignored: ${[...new Set(words)].join(', ')}` };
}

/** Whether edits concern what counts for a workload, and why, or why not. */
export function touchOf(
  policy: PublishedPolicy,
  workload: Workload,
  references: readonly Reference[],
  edits: readonly Supposed[],
): Touch {
  const counting = new Map(
    usagesOf(policy, workload).map((usage): [string, Usage] => [sourceId(usage), usage]),
  );
  for (const edit of edits) {
    const usage = counting.get(sourceId(edit));
    if (usage && isTouched(usage, edit) && counts(usage, markOf(edit, policy.compat)))
      return { touches: true, why: whyYes(usage, edit) };
  }
  const ids = new Set(references.map(sourceId));
  const first = edits.find((edit) => ids.has(sourceId(edit)));
  const nothing = { reason: 'not-used', message: 'it uses none of them' };
  return { touches: false, why: first ? whyNot(policy, workload, references, first) : nothing };
}
