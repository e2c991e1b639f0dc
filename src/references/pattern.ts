import type { SourceKind } from './sources.ts';

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
