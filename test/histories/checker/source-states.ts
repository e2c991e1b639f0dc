import { formatsWith, shortDigest } from '../../../src/digest/format.ts';
import type { SourceContent } from '../../../src/digest/source.ts';
import { references } from '../../../src/references/references.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Usage } from '../../../src/references/usage.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import type { History, SourceState, Version } from './history.ts';
import type { Window } from './windows.ts';

/** The format in which lockstep writes. The sources of a history are ConfigMaps, so it needs no key. */
export const FORMAT = formatsWith().current;

const NEVER_THERE: readonly SourceState[] = [{ version: 0, content: undefined }];

export const usagesOf = (workload: Workload): readonly Usage[] =>
  FORMAT.usages(references(workload.template));

export const statesOf = (history: History, usage: Usage) =>
  history.sources.get(sourceId(usage)) ?? NEVER_THERE;

// The namespace is part of the digests of Secrets only.
const digestOf = (usage: Usage, content: SourceContent | undefined) =>
  FORMAT.sourceDigest('', usage, content);

/**
 * The digests that a source had, by its used keys, at some time in the window. There is always one.
 * @throws Error if the window ends before it begins: without digests, every comparison of them would hold
 */
export function digestsIn(history: History, usage: Usage, { from, to }: Window): ReadonlySet<string> {
  if (from > to) throw new Error(`the window from @${from} to @${to} has no states`);
  const states = statesOf(history, usage);
  const live = states.filter(
    ({ version }, i) => version <= to && (states[i + 1]?.version ?? Number.POSITIVE_INFINITY) > from,
  );
  return new Set(live.map(({ content }) => digestOf(usage, content)));
}

/**
 * The earliest version, not before `from`, at which the digest of a source began like this. undefined: there
 * is none.
 */
export function nextWith(history: History, usage: Usage, short: string, from: Version): Version | undefined {
  const states = statesOf(history, usage);
  const found = states.find(
    ({ content }, i) =>
      (states[i + 1]?.version ?? Number.POSITIVE_INFINITY) > from &&
      digestOf(usage, content).startsWith(short),
  );
  return found && Math.max(from, found.version);
}

/** Whether what a record says of the sources of a workload was live all through a window. */
export function wasLive(
  history: History,
  workload: Workload,
  sources: Readonly<Record<string, string>>,
  window: Window,
): boolean {
  const used = usagesOf(workload);
  if (used.map(sourceId).sort().join() !== Object.keys(sources).sort().join()) return false;
  return used.every((usage) =>
    [...digestsIn(history, usage, window)].every(
      (digest) => shortDigest(digest) === sources[sourceId(usage)],
    ),
  );
}
