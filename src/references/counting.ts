import { tooManyComparisonsError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { type Matcher, matcherOf, type SourcePattern } from './pattern.ts';
import type { Reference } from './references.ts';
import { type SourceRef, sourceId } from './sources.ts';

/** What patterns say about one source. */
interface Coverage {
  /** A pattern names the source without a key. */
  readonly whole: boolean;
  /** Patterns of keys. */
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

function toCoverage(matching: readonly NamePattern[]): Coverage {
  const keys = matching.flatMap((name) => name.keys);
  return { whole: matching.some(({ whole }) => whole), keys, matcher: matcherOf(keys) };
}

/** Patterns, prepared for many sources. `cost` is as in `Matcher`, for the name of one source. */
function coverageBy(patterns: readonly SourcePattern[]): {
  of(source: SourceRef): Coverage;
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
  const byNames = new Map<string, Coverage>();
  return {
    of(source) {
      const id = sourceId(source);
      const found = starred.filter(({ matcher }) => matcher.matches(id));
      const own = exact.get(id);
      const matching = own && own.matcher.cost === 0 ? [own, ...found] : found;
      const key = matching.map((name) => name.id).join(' ');
      const coverage = byNames.get(key) ?? toCoverage(matching);
      byNames.set(key, coverage);
      return coverage;
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

/** A function that tells what patterns say about the source of a reference. It looks at each source once. */
function coverageOf(
  patterns: readonly SourcePattern[],
  compare: (count: number) => void,
): (reference: Reference) => Coverage {
  const coverage = coverageBy(patterns);
  const bySource = new Map<string, Coverage>();
  return (reference) => {
    const id = sourceId(reference);
    const known = bySource.get(id);
    if (known) return known;
    compare(coverage.cost);
    const found = coverage.of(reference);
    bySource.set(id, found);
    return found;
  };
}

/** These keys of a reference count. It does not count if it loses all. It still counts if it had none (not mounted). */
const withKeys = (reference: Reference, keys: readonly string[]): Reference[] =>
  keys.length === 0 && reference.keys.length > 0 ? [] : [{ ...reference, keys }];

/**
 * The references that remain if sources and keys of these patterns do not count.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function remainingReferences(
  references: readonly Reference[],
  patterns: readonly SourcePattern[],
): Reference[] {
  const compare = comparisons();
  const ignoredOf = coverageOf(patterns, compare);
  return references.flatMap((reference) => {
    const { whole, keys: ignoredKeys, matcher } = ignoredOf(reference);
    const { keys } = reference;
    if (whole) return [];
    if (ignoredKeys.length === 0) return [reference];
    // All references to a source share the list, so it costs no memory for each.
    if (keys === 'all') return [{ ...reference, except: ignoredKeys }];
    compare(keys.length * matcher.cost);
    return withKeys(
      reference,
      keys.filter((key) => !matcher.matches(key)),
    );
  });
}

/**
 * The references that remain if nothing but sources and keys of these patterns counts.
 * @param patterns their keys have no `*`: a digest can leave keys out by a pattern, but not take keys in by one
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function onlyReferences(
  references: readonly Reference[],
  patterns: readonly SourcePattern[],
): Reference[] {
  const compare = comparisons();
  const namedIn = coverageOf(patterns, compare);
  return references.flatMap((reference) => {
    const { whole, keys: namedKeys, matcher } = namedIn(reference);
    const { keys } = reference;
    if (whole) return [reference];
    if (namedKeys.length === 0) return [];
    if (keys === 'all') return [{ ...reference, keys: namedKeys }];
    return withKeys(
      reference,
      keys.filter((key) => matcher.matches(key)),
    );
  });
}
