import type { ConfigState } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { type Marks, parseSources } from '../marks/marks.ts';
import type { SwitchLabel } from '../policy/managed.ts';
import { parseSourceList, printSourceList } from '../policy/source-list.ts';
import type { SourceKind } from '../references/references.ts';
import { references } from '../references/references.ts';
import { isWithin, sourceId, type Usage, usages } from '../references/usage.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';

/** A source that pods read live although their workload asks for copies, and why. */
export interface Unpinned {
  readonly id: string;
  readonly why: 'keys-ignored' | 'absent';
}

/** Which of a workload's sources its pods read copies of. */
export interface Pinnable {
  readonly usages: readonly Usage[];
  readonly unpinned: readonly Unpinned[];
}

/** Do a workload's pods read copies? Its own label says so, else its namespace's. A malformed value counts as none. */
export function asksForPin(workload: SwitchLabel, namespaceEnabled: boolean): boolean {
  if (workload.says === 'enabled') return true;
  return workload.says !== 'disabled' && namespaceEnabled;
}

/**
 * The sources that can be pinned: those that the template refers to. Not one of which single keys are ignored: it cannot
 * both be followed and stand still. Not a required one that is absent: pods wait for what it will be, which nobody knows.
 */
export function pinnable(template: PodTemplate, used: readonly Usage[], live: ConfigState): Pinnable {
  const referred = new Map(usages(references(template)).map((usage) => [sourceId(usage), usage]));
  const counting = used.filter((usage) => {
    const id = sourceId(usage);
    return referred.has(id) && Object.hasOwn(live.sources, id) && isNameable(usage);
  });
  const why = (usage: Usage): Unpinned['why'] | undefined => {
    const all = referred.get(sourceId(usage));
    if (usage.except.length > 0 || (all && !isWithin(all, usage))) return 'keys-ignored';
    return usage.required && live.sources[sourceId(usage)] === ABSENT ? 'absent' : undefined;
  };
  return {
    usages: counting.filter((usage) => why(usage) === undefined),
    unpinned: counting.flatMap((usage) => {
      const reason = why(usage);
      return reason ? [{ id: sourceId(usage), why: reason }] : [];
    }),
  };
}

/** A template may refer to what no source can be called; in the annotation that would spoil the names of the others. */
const isNameable = (usage: Usage) => parsePinned(sourceId(usage)).some(({ name }) => name === usage.name);

/** The text of the annotation `pinned`; undefined where there is nothing to say. */
export function printPinned(usages: readonly Usage[]): string | undefined {
  if (usages.length === 0) return undefined;
  return printSourceList(usages.map(({ kind, name }) => ({ kind, name, key: undefined })));
}

/** The sources that an annotation `pinned` names; none where it cannot be read. */
export function parsePinned(text: string | undefined) {
  if (text === undefined) return [];
  const parsed = parseSourceList(text, { patterns: false });
  return parsed.kind === 'list' ? parsed.entries : [];
}

/** A source whose copy pods read, and its short digest; undefined where the marks do not say it. */
export interface PinnedSource {
  readonly kind: SourceKind;
  readonly name: string;
  readonly short: string | undefined;
}

/** The sources whose copies the pods of a template with these marks read. */
export function pinnedSources({ pinned, sources }: Pick<Marks, 'pinned' | 'sources'>): PinnedSource[] {
  const named = parsePinned(pinned);
  // Most templates.
  if (named.length === 0) return [];
  const shorts = new Map(Object.entries(parseSources(sources)));
  return named.map(({ kind, name }) => ({ kind, name, short: shorts.get(sourceId({ kind, name })) }));
}
