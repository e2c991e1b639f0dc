import type { Reference } from './references.ts';
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

/** Whether the whole text matches the pattern. A `*` in the pattern stands for any characters. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === text;
  if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false;
  // The pieces between the stars must follow one another. The first place where a piece fits leaves the most
  // room for the next ones, so no other place needs a try.
  const limit = text.length - end.length;
  let at = start.length;
  for (const piece of rest) {
    const place = text.indexOf(piece, at);
    if (place < 0 || place + piece.length > limit) return false;
    at = place + piece.length;
  }
  return true;
}

/** The references that remain if sources and keys of these patterns do not count. */
export function remainingReferences(
  references: readonly Reference[],
  ignored: readonly SourcePattern[],
): Reference[] {
  return references.flatMap((reference) => {
    const { kind, name, keys } = reference;
    const matching = ignored.filter((pattern) => pattern.kind === kind && matchesPattern(pattern.name, name));
    if (matching.length === 0) return reference;
    if (matching.some((pattern) => pattern.key === undefined)) return [];
    const ignoredKeys = matching.flatMap(({ key }) => key ?? []);
    if (keys === 'all') return { ...reference, except: [...reference.except, ...ignoredKeys] };
    const remaining = keys.filter((key) => !ignoredKeys.some((pattern) => matchesPattern(pattern, key)));
    // A reference does not count if all its keys are ignored. It still counts if it had none (not mounted).
    return remaining.length === 0 && keys.length > 0 ? [] : { ...reference, keys: remaining };
  });
}
