import { tooManyComparisonsError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Reference } from './references.ts';
import { type SourceKind, type SourceRef, sourceId } from './sources.ts';

/**
 * A pattern for sources or for their keys: `configmap/flags`, `configmap/app#debug`, `secret/*`. A `*` stands
 * for any characters.
 */
export interface SourcePattern {
  readonly kind: SourceKind;
  readonly name: string;
  /** Undefined: the whole source. */
  readonly key: string | undefined;
}

/** A pattern with a `*`, prepared. */
interface Starred {
  readonly start: string;
  /** The pieces between the stars. */
  readonly middle: readonly string[];
  readonly end: string;
}

function toStarred(pattern: string): Starred {
  const [start = '', ...middle] = pattern.split('*');
  return { start, end: middle.pop() ?? '', middle };
}

function matchesStarred({ start, middle, end }: Starred, text: string): boolean {
  if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false;
  // The pieces between the stars must follow one another. The first place where a piece fits leaves the most
  // room for the next ones, so no other place needs a try.
  const limit = text.length - end.length;
  let at = start.length;
  for (const piece of middle) {
    const place = text.indexOf(piece, at);
    if (place < 0 || place + piece.length > limit) return false;
    at = place + piece.length;
  }
  return true;
}

/** Patterns, prepared for many texts. */
export interface Matcher {
  /** Whether the whole text matches one of the patterns. */
  matches(text: string): boolean;
  /** The most comparisons that one text takes. Patterns without a `*` take none: they are looked up. */
  readonly cost: number;
}

/** A `*` in a pattern stands for any characters. */
export function matcherOf(patterns: readonly string[]): Matcher {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const others = [...new Set(patterns)].filter((pattern) => pattern.includes('*'));
  const starred = others.map(toStarred);
  return {
    matches: (text) => exact.has(text) || starred.some((pattern) => matchesStarred(pattern, text)),
    cost: starred.reduce((sum, { middle }) => sum + middle.length + 2, 0),
  };
}

/** What patterns say about one source. */
interface Ignored {
  readonly whole: boolean;
  /** Patterns of the keys that do not count. */
  readonly keys: readonly string[];
  readonly matcher: Matcher;
}

/** The patterns of one name, and what they say about a source of that name. */
interface NamePattern {
  readonly id: string;
  readonly matcher: Matcher;
  readonly whole: boolean;
  readonly keys: readonly string[];
}

function toIgnored(matching: readonly NamePattern[]): Ignored {
  const keys = matching.flatMap((name) => name.keys);
  return { whole: matching.some(({ whole }) => whole), keys, matcher: matcherOf(keys) };
}

/** Patterns, prepared for many sources. `cost` is as in `Matcher`, for the name of one source. */
function ignoredBy(patterns: readonly SourcePattern[]): {
  of(source: SourceRef): Ignored;
  readonly cost: number;
} {
  const names = [...Map.groupBy(patterns, sourceId)].map(([id, alike]) => ({
    id,
    matcher: matcherOf([id]),
    whole: alike.some(({ key }) => key === undefined),
    keys: alike.flatMap(({ key }) => key ?? []),
  }));
  const exact = new Map(names.map((name) => [name.id, name]));
  const starred = names.filter(({ matcher }) => matcher.cost > 0);
  // Most sources match the same patterns.
  const byNames = new Map<string, Ignored>();
  return {
    of(source) {
      const id = sourceId(source);
      const found = starred.filter(({ matcher }) => matcher.matches(id));
      const own = exact.get(id);
      const matching = own && own.matcher.cost === 0 ? [own, ...found] : found;
      const key = matching.map((name) => name.id).join(' ');
      const ignored = byNames.get(key) ?? toIgnored(matching);
      byNames.set(key, ignored);
      return ignored;
    },
    cost: starred.reduce((sum, { matcher }) => sum + matcher.cost, 0),
  };
}

/** Adds up comparisons. */
function comparisons(): (count: number) => void {
  let total = 0;
  return (count) => {
    total += count;
    if (total > LIMITS.comparisons) throw tooManyComparisonsError();
  };
}

/**
 * The references that remain if sources and keys of these patterns do not count.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function remainingReferences(
  references: readonly Reference[],
  patterns: readonly SourcePattern[],
): Reference[] {
  const ignored = ignoredBy(patterns);
  const compare = comparisons();
  const bySource = new Map<string, Ignored>();
  const ignoredOf = (reference: Reference): Ignored => {
    const id = sourceId(reference);
    const known = bySource.get(id);
    if (known) return known;
    compare(ignored.cost);
    const found = ignored.of(reference);
    bySource.set(id, found);
    return found;
  };
  return references.flatMap((reference) => {
    const { whole, keys: ignoredKeys, matcher } = ignoredOf(reference);
    const { keys } = reference;
    if (whole) return [];
    if (ignoredKeys.length === 0) return reference;
    // All references to a source share the list, so it costs no memory for each.
    if (keys === 'all') return { ...reference, except: ignoredKeys };
    compare(keys.length * matcher.cost);
    const remaining = keys.filter((key) => !matcher.matches(key));
    // A reference does not count if all its keys are ignored. It still counts if it had none (not mounted).
    return remaining.length === 0 && keys.length > 0 ? [] : { ...reference, keys: remaining };
  });
}
