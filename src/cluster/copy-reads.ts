import type { ApiClient } from '../api/client.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { inspectCopy } from '../copies/inspect.ts';
import { lastUseMs } from '../copies/manifest.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import type { CopyNote } from '../copies/note.ts';
import { fitsSeal } from '../copies/pins.ts';
import type { Formats } from '../digest/format.ts';
import type { Copies, CopyLook } from '../in-step/ports.ts';
import type { SourceRef } from '../references/sources.ts';
import { canExist, pathOf } from './object-reads.ts';
import type { DecodedSource } from './source-kinds.ts';
import { verifiedCopies } from './verified-copies.ts';

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
  const copies = verifiedCopies<VerifiedCopy>(client, reads, CACHE_BYTES, charactersOf);
  return {
    look(namespace, ref, signal) {
      const copy = { kind: ref.kind, name: copyName(ref.name, ref.shortDigest) };
      return copies.look<CopyLook>(namespace, copy, signal, {
        inspect(found, note) {
          const inspected = inspectCopy(formats, namespace, ref, note, found);
          if (inspected.flaw !== undefined) return inspected;
          const { note: checked, standIns } = inspected;
          return { flaw: undefined, copy: { uid: found.metadata.uid, note: checked, standIns } };
        },
        lookOf: (metadata, verified) => lookOf(metadata, verified, ref),
      });
    },
    source: async (namespace, { kind, name }, signal) =>
      canExist({ name }) ? copies.whole(pathOf(namespace, kind, name), kind, signal) : undefined,
  };
}
