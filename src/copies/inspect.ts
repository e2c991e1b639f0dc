import { type Formats, formatOfDigest, shortDigest } from '../digest/format.ts';
import { type SourceContent, usedContent } from '../digest/source.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Flaw } from './flaw.ts';
import { isActedOn, standInsOf } from './manifest.ts';
import type { CopyRef } from './name.ts';
import { type CopyNote, usageOf } from './note.ts';

/** An object with the name of a copy, as the API server has it. Anybody may have made it. */
export interface CopyObject {
  readonly immutable: boolean;
  readonly content: SourceContent;
  /** Of a Secret. */
  readonly type: string | undefined;
}

/** Keys that an object holds, and of which a usage uses none: of `data` and of `binaryData`. */
function unusedKeys(usage: Usage, content: SourceContent): string[] {
  const used = usedContent(usage, content);
  const unused = (field: 'data' | 'binaryData') =>
    Object.keys(content[field]).filter((key) => !Object.hasOwn(used[field], key));
  return [...unused('data'), ...unused('binaryData')];
}

/**
 * The keys of a copy of a Secret that stand in for keys that its type requires. lockstep adds them, with
 * values that say nothing.
 */
function standInKeys({ type, content: { binaryData } }: CopyObject, keys: readonly string[]): string[] {
  const standIns = new Map(standInsOf(type ?? ''));
  return keys.filter((key) => standIns.has(key) && standIns.get(key) === binaryData[key]);
}

/** What a look at an object with the name of a copy shows: what is wrong with it, or how far it can be used. */
export type Inspected =
  | { readonly flaw: Flaw }
  /** `standIns`: it also holds keys that nobody uses, so it is not what all keys of its source are. */
  | { readonly flaw: undefined; readonly note: CopyNote; readonly standIns: boolean };

/**
 * Inspects an object with the name of a copy. It is a copy only if it holds exactly what its note lists.
 * That must have the digest that the note gives and the name shows.
 */
export function inspectCopy(
  formats: Formats,
  namespace: string,
  ref: CopyRef,
  note: CopyNote | undefined,
  object: CopyObject,
): Inspected {
  if (!object.immutable) return { flaw: { is: 'mutable' } };
  if (note?.source !== sourceId(ref) || shortDigest(note.digest) !== ref.shortDigest)
    return { flaw: { is: 'other-note' } };
  const { type } = object;
  if (isActedOn(type)) return { flaw: { is: 'acted-on', type } };
  const format = formatOfDigest(ref.kind, note.digest, formats);
  if (!format) return { flaw: { is: 'unknown-key' } };
  const usage = usageOf(note, ref);
  const unused = unusedKeys(usage, object.content);
  const standIns = standInKeys(object, unused);
  if (unused.length > standIns.length) return { flaw: { is: 'extra-keys' } };
  if (format.sourceDigest(namespace, usage, object.content) !== note.digest)
    return { flaw: { is: 'other-content' } };
  return { flaw: undefined, note, standIns: standIns.length > 0 };
}
