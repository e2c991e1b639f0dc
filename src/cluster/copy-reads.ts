import type { ApiClient } from '../api/client.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { inspectCopy } from '../copies/inspect.ts';
import { lastUseMs } from '../copies/manifest.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import { type CopyNote, parseNote } from '../copies/note.ts';
import { fitsSeal } from '../copies/pins.ts';
import type { Formats } from '../digest/format.ts';
import type { Copies, CopyLook } from '../in-step/ports.ts';
import { COPY_OF } from '../marks/names.ts';
import type { SourceRef } from '../references/sources.ts';
import { byteCache } from './cache.ts';
import { canExist, objectReads, pathOf } from './object-reads.ts';
import { type DecodedSource, SOURCE_RESOURCES } from './source-kinds.ts';

/** The reads that looking at copies and making them need. Every call reads live. */
export interface CopyReads extends Pick<Copies, 'look'> {
  source(namespace: string, ref: SourceRef, signal: AbortSignal): Promise<DecodedSource | undefined>;
}

/** A note takes less than 1 KiB, unless a workload names hundreds of keys. */
const CACHE_BYTES = 10 * 1024 * 1024;
/** Each key is a text of its own, which takes about as much memory as this many characters, beside its own. */
const CHARACTERS_PER_KEY = 16;

/** A copy whose content is verified. It is immutable, so it stays right. */
interface VerifiedCopy {
  readonly uid: string;
  readonly note: CopyNote;
  readonly standIns: boolean;
}

function charactersOf({ uid, note }: VerifiedCopy): number {
  const ofKeys = (keys: CopyNote['data']) =>
    keys === 'all' ? 0 : keys.reduce((sum, key) => sum + key.length + CHARACTERS_PER_KEY, 0);
  return uid.length + note.source.length + note.digest.length + ofKeys(note.data) + ofKeys(note.binaryData);
}

/** A copy whose content is verified, as its name's user sees it: with a seal, it must be the copy that is meant. */
function lookOf(
  metadata: DecodedSource['metadata'],
  { uid, note, standIns }: VerifiedCopy,
  { seal }: CopyRef,
): CopyLook {
  if (!fitsSeal(seal, note.digest)) return { state: 'unusable', flaw: { is: 'other-seal' } };
  const owners = (metadata.ownerReferences ?? []).map((owner) => owner.uid);
  return { state: 'good', uid, note, standIns, owners, lastUseMs: lastUseMs(metadata) };
}

export function copyReads(client: ApiClient, reads: SharedReads, formats: Formats): CopyReads {
  const verified = byteCache<VerifiedCopy>(CACHE_BYTES, charactersOf);
  const { metadata, whole } = objectReads(client, reads);

  async function look(namespace: string, ref: CopyRef, signal: AbortSignal): Promise<CopyLook> {
    const { kind } = ref;
    const name = copyName(ref.name, ref.shortDigest);
    // The short digest comes from an annotation, so it may be any text.
    if (!canExist({ name })) return { state: 'missing' };
    const path = pathOf(namespace, kind, name);
    const known = verified.get(path);
    if (known) {
      const now = await metadata(path, SOURCE_RESOURCES[kind].resource, signal);
      if (!now) return { state: 'missing' };
      if (now.uid === known.uid) return lookOf(now, known, ref);
    }
    const found = await whole(path, kind, signal);
    if (!found) return { state: 'missing' };
    const note = parseNote(found.metadata.annotations?.[COPY_OF]);
    const inspected = inspectCopy(formats, namespace, ref, note, found);
    if (inspected.flaw !== undefined) return { state: 'unusable', flaw: inspected.flaw };
    const copy = { uid: found.metadata.uid, note: inspected.note, standIns: inspected.standIns };
    verified.set(path, copy);
    return lookOf(found.metadata, copy, ref);
  }

  return {
    look,
    source: async (namespace, { kind, name }, signal) =>
      canExist({ name }) ? whole(pathOf(namespace, kind, name), kind, signal) : undefined,
  };
}
