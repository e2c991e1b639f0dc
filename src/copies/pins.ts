import { type ConfigState, shortDigest } from '../digest/format.ts';
import { sealOf } from '../digest/seal.ts';
import { ABSENT } from '../digest/source.ts';
import type { TemplateMarks } from '../marks/marks.ts';
import { parseSources } from '../marks/records.ts';
import { MARKS, type PinnedEntry } from '../marks/table.ts';
import { references } from '../references/references.ts';
import { type SourceKind, sourceId } from '../references/sources.ts';
import { isTrustAnchor } from '../references/trust-anchor.ts';
import { isWithin, type Usage, usages } from '../references/usage.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import type { CopyRef } from './name.ts';
import { hasRoomForNote } from './note.ts';

/** A source that pods read a copy of. */
export interface Pin {
  readonly usage: Usage;
  /** The full digest. */
  readonly digest: string;
}

/** A source that pods read live, although their workload asks for copies. */
export interface Unpinned {
  readonly id: string;
  readonly why: 'keys-ignored' | 'absent' | 'many-keys' | 'keys-missing';
}

/** The sources of a workload that can be pinned, and those that cannot. */
export interface Pinnable {
  readonly usages: readonly Usage[];
  readonly unpinned: readonly Unpinned[];
}

/**
 * Pods can read copies of the sources that their template refers to, except for trusted CAs (`isTrustAnchor`) and for
 * what the cluster's owner lists. Nobody asked for copies of these, so no warning names them. There are three more
 * exceptions. A source with
 * ignored keys stays live, because a copy cannot follow these keys. So does one of which the template names so many
 * keys that a copy's note of them would be too long. A required source that is absent stays live, because pods wait
 * for it, and nobody knows yet what it will hold.
 */
export function pinnable(
  template: PodTemplate,
  used: readonly Usage[],
  live: ConfigState,
  staysLive: (id: string) => boolean,
): Pinnable {
  const pinned = references(template).filter((reference) => !isTrustAnchor(template, reference));
  const referenced = new Map(usages(pinned).map((usage) => [sourceId(usage), usage]));
  const counting = used.filter((usage) => {
    const id = sourceId(usage);
    return !staysLive(id) && referenced.has(id) && Object.hasOwn(live.sources, id) && isNameable(usage);
  });
  const whyUnpinned = (usage: Usage): Unpinned['why'] | undefined => {
    const all = referenced.get(sourceId(usage));
    if (usage.except.length > 0 || (all && !isWithin(all, usage))) return 'keys-ignored';
    if (!hasRoomForNote(usage)) return 'many-keys';
    return usage.required && live.sources[sourceId(usage)] === ABSENT ? 'absent' : undefined;
  };
  return {
    usages: counting.filter((usage) => whyUnpinned(usage) === undefined),
    unpinned: counting.flatMap((usage) => {
      const why = whyUnpinned(usage);
      return why ? [{ id: sourceId(usage), why }] : [];
    }),
  };
}

/**
 * Whether the source can stand in the annotation `pinned`. A template may refer to a name that no source can
 * have. Such a name would make the whole annotation malformed.
 */
const isNameable = (usage: Usage) => parsePinned(sourceId(usage)).some(({ name }) => name === usage.name);

/** The pinned text of these sources. Undefined: there are none. */
export function printPinned(pins: readonly Pin[]): string | undefined {
  if (pins.length === 0) return undefined;
  const entries = pins.map(({ usage: { kind, name }, digest }) => ({
    kind,
    name,
    seal: digest === ABSENT ? undefined : sealOf(digest),
  }));
  return MARKS.pinned.print(entries);
}

/** Whether a template with this seal means the copy with this full digest. */
export const fitsSeal = (seal: string | undefined, digest: string): boolean =>
  seal === undefined || seal === sealOf(digest);

/** Whether a pin's copy is the one that is named. */
export const isCopyOfPin = (named: CopyRef, { digest }: Pin): boolean =>
  shortDigest(digest) === named.shortDigest && fitsSeal(named.seal, digest);

/** The sources that a pinned text names. None if the text is malformed. */
export function parsePinned(text: string | undefined): readonly PinnedEntry[] {
  return (text === undefined ? undefined : MARKS.pinned.parse(text)) ?? [];
}

/** A source that pods read a copy of, as marks name it. */
export interface PinnedSource {
  readonly kind: SourceKind;
  readonly name: string;
  /** Undefined: the marks lack it. */
  readonly shortDigest: string | undefined;
  /** Undefined: the marks lack it. */
  readonly seal: string | undefined;
}

/** The sources that the pods of a template with these marks read copies of. */
export function pinnedSources({
  pinned,
  sources,
}: Pick<TemplateMarks, 'pinned' | 'sources'>): PinnedSource[] {
  const named = parsePinned(pinned);
  // Most templates name none, so their `config-sources` needs no parsing.
  if (named.length === 0) return [];
  const shortDigests = new Map(Object.entries(parseSources(sources)));
  return named.map(({ kind, name, seal }) => ({
    kind,
    name,
    seal,
    shortDigest: shortDigests.get(sourceId({ kind, name })),
  }));
}

/** Those of the sources whose digest the marks have, so that their copies can be named. */
export function withDigest(sources: readonly PinnedSource[]): CopyRef[] {
  return sources.flatMap(({ shortDigest, ...source }) =>
    shortDigest === undefined ? [] : { ...source, shortDigest },
  );
}

/** The copies that marks name. A source that the marks record as absent has no copy. */
export function namedCopies(marks: Pick<TemplateMarks, 'pinned' | 'sources'>): PinnedSource[] {
  return pinnedSources(marks).filter((source) => source.shortDigest !== ABSENT);
}
