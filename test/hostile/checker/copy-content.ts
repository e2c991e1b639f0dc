import { copyName } from '../../../src/copies/name.ts';
import { parseNote, usageOf } from '../../../src/copies/note.ts';
import { type HashFormat, shortDigest } from '../../../src/digest/format.ts';
import { type SourceContent, usedContent } from '../../../src/digest/source.ts';
import { COPY_OF } from '../../../src/marks/names.ts';
import type { Fault } from './fault.ts';

/** A copy that lockstep made, as it is. */
export interface MadeCopy {
  readonly kind: 'configmap' | 'secret';
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly content: SourceContent;
  readonly immutable: boolean;
}

/** Values that the API server requires in a Secret of some types, and that stand for a key that is not used. */
const STAND_INS = new Set(['', 'e30=']);

const sameKeys = (
  used: Readonly<Record<string, string>>,
  held: Readonly<Record<string, string>>,
  more: boolean,
) =>
  Object.keys(held).every((key) => Object.hasOwn(used, key) || (more && STAND_INS.has(held[key] ?? ''))) &&
  Object.keys(used).length <= Object.keys(held).length;

/**
 * A copy holds what its name and its note say: the digest of what is used is that of the name, and nothing
 * else is in it. Then it is what some source of its namespace held, because the API server's own digests are
 * those of live sources.
 */
export function copyFaults(copy: MadeCopy, format: HashFormat): Fault[] {
  const { kind, namespace, name, annotations, content } = copy;
  const wrong = (why: string): Fault[] => [
    { rule: 'Own writes', namespace, kind: 'copy', message: `lockstep made ${kind}/${name}, ${why}` },
  ];
  const note = parseNote(annotations[COPY_OF]);
  if (!note) return wrong('which has no note');
  if (!copy.immutable) return wrong('which is not immutable');
  const source = note.source.slice(note.source.indexOf('/') + 1);
  const usage = usageOf(note, { kind, name: source });
  const digest = format.sourceDigest(namespace, usage, content);
  if (digest !== note.digest) return wrong('whose content has not the digest of its note');
  if (copyName(source, shortDigest(digest)) !== name) return wrong('whose name is not that of its digest');
  const used = usedContent(usage, content);
  const exact =
    sameKeys(used.data, content.data, false) &&
    sameKeys(used.binaryData, content.binaryData, kind === 'secret');
  return exact ? [] : wrong('which holds more than what is used');
}
