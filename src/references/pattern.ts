import type { Reference } from './references.ts';
import type { SourceKind } from './sources.ts';

/**
 * Sources, or keys of them: `configmap/flags`, `configmap/app#debug`, `secret/*`. A `*` stands for any
 * characters.
 */
export interface SourcePattern {
  readonly kind: SourceKind;
  readonly name: string;
  /** Undefined: the whole source. */
  readonly key: string | undefined;
}

/** Does the pattern, whose `*` stands for any characters, cover all of the text? */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === text;
  if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false;
  // What stands between the stars must follow one another; the first place where each fits is as good as any.
  const limit = text.length - end.length;
  let at = start.length;
  for (const piece of rest) {
    const place = text.indexOf(piece, at);
    if (place < 0 || place + piece.length > limit) return false;
    at = place + piece.length;
  }
  return true;
}

/** What is left of the references where these patterns do not count. */
export function remainingReferences(
  references: readonly Reference[],
  patterns: readonly SourcePattern[],
): Reference[] {
  return references.flatMap((reference) => {
    const { kind, name, keys } = reference;
    const mine = patterns.filter((pattern) => pattern.kind === kind && matchesPattern(pattern.name, name));
    if (mine.length === 0) return reference;
    if (mine.some((pattern) => pattern.key === undefined)) return [];
    const ignored = mine.flatMap(({ key }) => key ?? []);
    if (keys === 'all') return { ...reference, except: [...reference.except, ...ignored] };
    const left = keys.filter((key) => !ignored.some((pattern) => matchesPattern(pattern, key)));
    // A reference whose every key is ignored does not count; one that had none (not mounted) still does.
    return left.length === 0 && keys.length > 0 ? [] : { ...reference, keys: left };
  });
}
