import { LRUCache } from 'lru-cache';
import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { lastUseMs } from '../copies/manifest.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import { type CopyNote, parseNote, usageOf } from '../copies/note.ts';
import { type Formats, formatOfDigest, shortDigest } from '../digest/format.ts';
import type { Copies, CopyLook, GoodCopy } from '../in-step/ports.ts';
import { COPY_OF } from '../marks/names.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import { noNamespaceError } from './errors.ts';
import { objectReads, pathOf } from './object-reads.ts';
import { type DecodedSource, SOURCE_RESOURCES } from './source-kinds.ts';

/** The reads that looking at copies and making them need. Every call reads live. */
export interface CopyReads extends Pick<Copies, 'look'> {
  source(namespace: string, ref: SourceRef, signal: AbortSignal): Promise<DecodedSource | undefined>;
  /** @throws LockstepError what the API client throws */
  namespaceUid(namespace: string, signal: AbortSignal): Promise<string>;
}

/** Each takes less than 1 KiB. */
const CACHE_ENTRIES = 10_000;

/** A copy whose content is verified. It is immutable, so it stays right. */
interface VerifiedCopy {
  readonly uid: string;
  readonly note: CopyNote;
}

/** What is wrong with an object that has the name of a copy; undefined if nothing is. */
function flawOf(
  formats: Formats,
  namespace: string,
  ref: CopyRef,
  note: CopyNote | undefined,
  { immutable, content }: DecodedSource,
): string | undefined {
  if (!immutable) return 'it is not immutable';
  if (note?.source !== sourceId(ref) || shortDigest(note.digest) !== ref.shortDigest)
    return `its annotation ${COPY_OF} does not name it`;
  const format = formatOfDigest(ref.kind, note.digest, formats);
  if (!format) return 'the key of its digest is not known';
  const digest = format.sourceDigest(namespace, usageOf(note, ref), content);
  return digest === note.digest ? undefined : 'its content does not match its digest';
}

function goodCopy(metadata: DecodedSource['metadata'], { uid, note }: VerifiedCopy): GoodCopy {
  const owners = (metadata.ownerReferences ?? []).map((owner) => owner.uid);
  return { state: 'good', uid, note, owners, lastUseMs: lastUseMs(metadata) };
}

export function copyReads(client: ApiClient, reads: SharedReads, formats: Formats): CopyReads {
  const verified = new LRUCache<string, VerifiedCopy>({ max: CACHE_ENTRIES });
  const { metadata, whole } = objectReads(client, reads);

  async function look(namespace: string, ref: CopyRef, signal: AbortSignal): Promise<CopyLook> {
    const { kind } = ref;
    const path = pathOf(namespace, kind, copyName(ref.name, ref.shortDigest));
    const known = verified.get(path);
    if (known) {
      const now = await metadata(path, SOURCE_RESOURCES[kind].resource, signal);
      if (!now) return { state: 'missing' };
      if (now.uid === known.uid) return goodCopy(now, known);
    }
    const found = await whole(path, kind, signal);
    if (!found) return { state: 'missing' };
    const note = parseNote(found.metadata.annotations?.[COPY_OF]);
    const why = flawOf(formats, namespace, ref, note, found);
    if (why !== undefined || !note) return { state: 'unusable', why: why ?? '' };
    const copy = { uid: found.metadata.uid, note };
    verified.set(path, copy);
    return goodCopy(found.metadata, copy);
  }

  return {
    look,
    source: (namespace, { kind, name }, signal) => whole(pathOf(namespace, kind, name), kind, signal),
    async namespaceUid(namespace, signal) {
      const found = await metadata(`/api/v1/namespaces/${segment(namespace)}`, 'namespaces', signal);
      if (found) return found.uid;
      throw noNamespaceError(namespace);
    },
  };
}
