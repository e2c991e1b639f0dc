import { LRUCache } from 'lru-cache';
import { type ApiClient, METADATA_ONLY } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { lastUseMs } from '../copies/manifest.ts';
import { type CopyNote, copyName, parseNote, usageOf } from '../copies/name.ts';
import { type Formats, formatOfDigest, shortDigest } from '../digest/format.ts';
import { LockstepError } from '../errors.ts';
import { COPY_OF } from '../marks/marks.ts';
import type { SourceKind } from '../references/references.ts';
import { sourceId } from '../references/usage.ts';
import { type Decoded, decodeMeta, KINDS } from './source-kinds.ts';

/** A copy, by what it is a copy of. */
export interface CopyRef {
  readonly kind: SourceKind;
  /** The source's name. */
  readonly name: string;
  /** Its digest, as `config-sources` shows it. */
  readonly short: string;
}

/** A copy that holds what it should: its digest was computed anew over what it holds. */
export interface GoodCopy {
  readonly state: 'good';
  readonly uid: string;
  readonly note: CopyNote;
  /** uids of its owners. */
  readonly owners: readonly string[];
  /** When it was made, or somebody last came to use it, in milliseconds since the epoch. */
  readonly lastUseMs: number;
}

export type Look =
  | GoodCopy
  | { readonly state: 'missing' }
  | { readonly state: 'unusable'; readonly why: string };

/** Reads of copies, and of what is needed to make them. */
export interface CopyReads {
  look(namespace: string, ref: CopyRef, signal: AbortSignal): Promise<Look>;
  source(
    namespace: string,
    kind: SourceKind,
    name: string,
    signal: AbortSignal,
  ): Promise<Decoded | undefined>;
  /** @throws LockstepError what the API client throws */
  namespaceUid(namespace: string, signal: AbortSignal): Promise<string>;
}

/** Under 1 KiB each. */
const CACHE_ENTRIES = 10_000;

interface Verified {
  readonly uid: string;
  readonly note: CopyNote;
}

export const pathOf = (namespace: string, kind: SourceKind, name: string): string =>
  `/api/v1/namespaces/${segment(namespace)}/${KINDS[kind].resource}/${segment(name)}`;

/** Every call reads live; of what a copy holds it is known that it never changes. */
export function copyReads(client: ApiClient, reads: SharedReads, formats: Formats): CopyReads {
  const verified = new LRUCache<string, Verified>({ max: CACHE_ENTRIES });

  function get<T>(
    path: string,
    resource: string,
    signal: AbortSignal,
    decode: (body: unknown) => T,
    accept = {},
  ) {
    const key = JSON.stringify(['copy', path, accept]);
    return reads.share(key, signal, async (shared) => {
      const request = { verb: 'get', resource, path, signal: shared } as const;
      const answer = await client.request({ ...request, ...accept });
      return answer.kind === 'found' ? decode(answer.body) : undefined;
    });
  }

  const metadata = (path: string, resource: string, signal: AbortSignal) =>
    get(path, resource, signal, (body) => decodeMeta(body).metadata, { accept: METADATA_ONLY });

  /** What is wrong with an object of a copy's name. */
  function flawOf(
    namespace: string,
    ref: CopyRef,
    note: CopyNote | undefined,
    { immutable, content }: Decoded,
  ): string | undefined {
    if (!immutable) return 'it is not immutable';
    if (note?.source !== sourceId(ref) || shortDigest(note.digest) !== ref.short)
      return 'it does not say that it is';
    const format = formatOfDigest(note.digest, formats);
    if (!format) return 'the key of its digest is not known';
    const digest = format.sourceDigest(namespace, usageOf(note, ref), content);
    return digest === note.digest ? undefined : 'it holds something else than its digest says';
  }

  async function look(namespace: string, ref: CopyRef, signal: AbortSignal): Promise<Look> {
    const { kind } = ref;
    const path = pathOf(namespace, kind, copyName(ref.name, ref.short));
    const good = (meta: Decoded['metadata'], { uid, note }: Verified): GoodCopy => {
      const owners = (meta.ownerReferences ?? []).map((owner) => owner.uid);
      return { state: 'good', uid, note, owners, lastUseMs: lastUseMs(meta) };
    };
    const before = verified.get(path);
    if (before) {
      const meta = await metadata(path, KINDS[kind].resource, signal);
      if (!meta) return { state: 'missing' };
      if (meta.uid === before.uid) return good(meta, before);
    }
    const found = await get(path, KINDS[kind].resource, signal, KINDS[kind].decode);
    if (!found) return { state: 'missing' };
    const note = parseNote(found.metadata.annotations?.[COPY_OF]);
    const why = flawOf(namespace, ref, note, found);
    if (why !== undefined || !note) return { state: 'unusable', why: why ?? '' };
    const known = { uid: found.metadata.uid, note };
    verified.set(path, known);
    return good(found.metadata, known);
  }

  return {
    look,
    source: (namespace, kind, name, signal) =>
      get(pathOf(namespace, kind, name), KINDS[kind].resource, signal, KINDS[kind].decode),
    async namespaceUid(namespace, signal) {
      const path = `/api/v1/namespaces/${segment(namespace)}`;
      const meta = await metadata(path, 'namespaces', signal);
      if (meta) return meta.uid;
      throw new LockstepError('API_UNEXPECTED', `the API server has no namespace ${namespace}`);
    },
  };
}
