import type { ConfigState } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import type { TemplateMarks } from '../marks/marks.ts';
import { parseSources } from '../marks/records.ts';
import { MARKS } from '../marks/table.ts';
import { references } from '../references/references.ts';
import { type SourceKind, type SourceRef, sourceId } from '../references/sources.ts';
import { isWithin, type Usage, usages } from '../references/usage.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';

/** A source that pods read a copy of: what is used of it, and its full digest. */
export interface Pin {
  readonly usage: Usage;
  readonly digest: string;
}

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

/**
 * The sources that can be pinned: those that the template refers to. Not one of which single keys are
 * ignored: it cannot both be followed and stand still. Not a required one that is absent: pods wait for
 * what it will be, which nobody knows.
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

/**
 * A template may refer to what no source can be called; in the annotation that would spoil the names of the
 * others.
 */
const isNameable = (usage: Usage) => parsePinned(sourceId(usage)).some(({ name }) => name === usage.name);

/** The text of the mark `pinned`; undefined where there is nothing to say. */
export function printPinned(sources: readonly SourceRef[]): string | undefined {
  return sources.length === 0 ? undefined : MARKS.pinned.print(sources);
}

/** The sources that a mark `pinned` names; none where it cannot be read. */
export function parsePinned(text: string | undefined): readonly SourceRef[] {
  return (text === undefined ? undefined : MARKS.pinned.parse(text)) ?? [];
}

/** A source whose copy pods read, and its short digest; undefined where the marks do not say it. */
export interface PinnedSource {
  readonly kind: SourceKind;
  readonly name: string;
  readonly shortDigest: string | undefined;
}

/** The sources whose copies the pods of a template with these marks read. */
export function pinnedSources({
  pinned,
  sources,
}: Pick<TemplateMarks, 'pinned' | 'sources'>): PinnedSource[] {
  const named = parsePinned(pinned);
  // Most templates.
  if (named.length === 0) return [];
  const digests = new Map(Object.entries(parseSources(sources)));
  return named.map(({ kind, name }) => ({ kind, name, shortDigest: digests.get(sourceId({ kind, name })) }));
}

/** The copies that marks name: what they say of each source, but those that say it was absent. */
export function namedCopies(marks: Pick<TemplateMarks, 'pinned' | 'sources'>): PinnedSource[] {
  return pinnedSources(marks).filter(({ shortDigest }) => shortDigest !== ABSENT);
}
