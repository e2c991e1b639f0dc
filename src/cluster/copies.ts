import { LRUCache } from 'lru-cache';
import { type CopyNote, copyName, parseNote, usageOf } from '../digest/copy.ts';
import { type Formats, formatOfDigest, shortDigest } from '../digest/format.ts';
import { LockstepError } from '../errors.ts';
import { COPY_OF, USED_AT } from '../policy/marks.ts';
import type { SourceKind } from '../references/references.ts';
import { sourceId, type Usage } from '../references/usage.ts';
import { type ApiClient, METADATA_ONLY } from './client.ts';
import { type CopyOwner, copyManifest, withOwners } from './copy-manifest.ts';
import { segment } from './path.ts';
import type { SharedReads } from './shared-reads.ts';
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
}

export type Look =
  | GoodCopy
  | { readonly state: 'missing' }
  | { readonly state: 'unusable'; readonly why: string };

/** Immutable copies of sources. Every call reads live; of what a copy holds it is known that it never changes. */
export interface Copies {
  look(namespace: string, ref: CopyRef, signal: AbortSignal): Promise<Look>;
  /**
   * Makes sure of the copy of what is used of a source. `moved`: the source does not have this digest (any more).
   * @param owner who owns it, where it is made
   * @throws LockstepError COPY_UNUSABLE, and what the API client throws
   */
  make(
    namespace: string,
    copy: { readonly usage: Usage; readonly digest: string },
    signal: AbortSignal,
    owner?: CopyOwner,
  ): Promise<'there' | 'moved'>;
  /** Adds an owner to the copy of this uid. */
  own(
    namespace: string,
    ref: CopyRef,
    uid: string,
    owner: CopyOwner,
    signal: AbortSignal,
  ): Promise<'owned' | 'gone'>;
}

/** Under 1 KiB each. */
const CACHE_ENTRIES = 10_000;
/** Looks at a copy that comes and goes. */
const LOOKS = 4;

interface Verified {
  readonly uid: string;
  readonly note: CopyNote;
}

export function unusable({ kind, name, short }: CopyRef, why: string): LockstepError {
  const message = `${kind}/${copyName(name, short)} is not the copy that lockstep made: ${why}. Delete it`;
  return new LockstepError('COPY_UNUSABLE', message);
}

export function copies(client: ApiClient, reads: SharedReads, formats: Formats): Copies {
  const verified = new LRUCache<string, Verified>({ max: CACHE_ENTRIES });

  const pathOf = (namespace: string, kind: SourceKind, name: string) =>
    `/api/v1/namespaces/${segment(namespace)}/${KINDS[kind].resource}/${segment(name)}`;

  function get<T>(
    path: string,
    kind: SourceKind,
    signal: AbortSignal,
    decode: (body: unknown) => T,
    accept = {},
  ) {
    const key = JSON.stringify(['copy', path, accept]);
    return reads.share(key, signal, async (shared) => {
      const request = { verb: 'get', resource: KINDS[kind].resource, path, signal: shared } as const;
      const answer = await client.request({ ...request, ...accept });
      return answer.kind === 'found' ? decode(answer.body) : undefined;
    });
  }

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
    const owners = (meta: Decoded['metadata']) => (meta.ownerReferences ?? []).map((owner) => owner.uid);
    const before = verified.get(path);
    if (before) {
      const accept = { accept: METADATA_ONLY };
      const meta = await get(path, kind, signal, (body) => decodeMeta(body).metadata, accept);
      if (!meta) return { state: 'missing' };
      if (meta.uid === before.uid) return { state: 'good', ...before, owners: owners(meta) };
    }
    const found = await get(path, kind, signal, KINDS[kind].decode);
    if (!found) return { state: 'missing' };
    const note = parseNote(found.metadata.annotations?.[COPY_OF]);
    const why = flawOf(namespace, ref, note, found);
    if (why !== undefined || !note) return { state: 'unusable', why: why ?? '' };
    const { uid } = found.metadata;
    verified.set(path, { uid, note });
    return { state: 'good', uid, note, owners: owners(found.metadata) };
  }

  /** A change of metadata, of the copy of this uid. */
  async function patch(
    namespace: string,
    ref: CopyRef,
    metadata: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ) {
    const { resource } = KINDS[ref.kind];
    const path = `${pathOf(namespace, ref.kind, copyName(ref.name, ref.short))}?fieldManager=lockstep`;
    const patchType = 'strategic-merge-patch';
    const body = { metadata };
    const accept = METADATA_ONLY;
    const answer = await client.request({ verb: 'patch', resource, path, patchType, body, accept, signal });
    return answer.kind === 'found' ? 'owned' : 'gone';
  }

  /** Copies what the source holds now. */
  async function create(
    namespace: string,
    copy: { readonly usage: Usage; readonly digest: string; readonly short: string },
    signal: AbortSignal,
    owner: CopyOwner | undefined,
  ): Promise<'there' | 'moved' | 'conflict'> {
    const { usage, digest } = copy;
    const { resource, decode } = KINDS[usage.kind];
    const live = await get(pathOf(namespace, usage.kind, usage.name), usage.kind, signal, decode);
    if (!live || formatOfDigest(digest, formats)?.sourceDigest(namespace, usage, live.content) !== digest)
      return 'moved';
    const path = `/api/v1/namespaces/${segment(namespace)}/${resource}?fieldManager=lockstep`;
    const body = copyManifest(copy, live.content, live.type, owner);
    const answer = await client.request({ verb: 'create', resource, path, body, signal });
    return answer.kind === 'found' ? 'there' : 'conflict';
  }

  return {
    look,

    async make(namespace, { usage, digest }, signal, owner) {
      const { kind, name } = usage;
      const short = shortDigest(digest);
      const ref = { kind, name, short };
      for (let looks = 1; looks <= LOOKS; looks += 1) {
        const found = await look(namespace, ref, signal);
        if (found.state === 'unusable') throw unusable(ref, found.why);
        if (found.state === 'good') {
          // Nobody owns it yet: whoever sweeps must see that somebody has come to use it.
          const metadata = { uid: found.uid, annotations: { [USED_AT]: new Date().toISOString() } };
          if (found.owners.length > 0) return 'there';
          if ((await patch(namespace, ref, metadata, signal)) === 'owned') return 'there';
          continue;
        }
        const made = await create(namespace, { usage, digest, short }, signal, owner);
        if (made !== 'conflict') return made;
      }
      const message = `${kind}/${copyName(name, short)} could not be made: it is deleted as soon as it is there`;
      throw new LockstepError('COPY_UNUSABLE', message);
    },

    own: (namespace, ref, uid, owner, signal) => patch(namespace, ref, withOwners(uid, [owner]), signal),
  };
}
