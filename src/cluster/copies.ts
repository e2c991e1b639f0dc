import { type ApiClient, METADATA_ONLY } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { type CopyOwner, copyManifest, withOwners } from '../copies/manifest.ts';
import { copyName } from '../copies/name.ts';
import { type Formats, formatOfDigest, shortDigest } from '../digest/format.ts';
import { LockstepError } from '../errors.ts';
import { USED_AT } from '../marks/marks.ts';
import type { Usage } from '../references/usage.ts';
import { type CopyReads, type CopyRef, copyReads, type GoodCopy, pathOf } from './copy-reads.ts';
import { KINDS } from './source-kinds.ts';

/**
 * Immutable copies of sources. Who names one in a template reserves it first, by an owner: so it stays, whatever becomes of
 * its other owners, until a ReplicaSet of that template has come to own it. Where that owner is not known, it is the namespace.
 */
export interface Copies extends Pick<CopyReads, 'look'> {
  /**
   * Makes sure of the copy of what is used of a source, and reserves it. `moved`: the source does not have this digest (any
   * more).
   * @throws LockstepError COPY_UNUSABLE, and what the API client throws
   */
  make(
    namespace: string,
    copy: { readonly usage: Usage; readonly digest: string },
    signal: AbortSignal,
    owner?: CopyOwner,
  ): Promise<'there' | 'moved'>;
  /** Reserves a copy where it is there, of whatever its source held once. `gone`: it is not (any more). */
  reserve(namespace: string, ref: CopyRef, signal: AbortSignal, owner?: CopyOwner): Promise<'owned' | 'gone'>;
  /** Adds an owner to the copy of this uid. */
  own(
    namespace: string,
    ref: CopyRef,
    uid: string,
    owner: CopyOwner,
    signal: AbortSignal,
  ): Promise<'owned' | 'gone'>;
}

/** Looks at a copy that comes and goes. */
const LOOKS = 4;

export function unusable({ kind, name, short }: CopyRef, why: string): LockstepError {
  const message = `${kind}/${copyName(name, short)} is not the copy that lockstep made: ${why}. Delete it`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** @param graceMs how long a copy is reserved at least, in milliseconds */
export function copies(client: ApiClient, reads: SharedReads, formats: Formats, graceMs: number): Copies {
  const { look, source, namespaceUid } = copyReads(client, reads, formats);

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

  /** A copy, and who is to reserve it: for a workload that is only being made the namespace, which goes with all in it. */
  async function seen(namespace: string, ref: CopyRef, signal: AbortSignal, of: CopyOwner | undefined) {
    const theNamespace = async (): Promise<CopyOwner> => ({
      kind: 'Namespace',
      name: namespace,
      uid: await namespaceUid(namespace, signal),
    });
    const [found, owner] = await Promise.all([look(namespace, ref, signal), of ?? theNamespace()]);
    return { found, owner };
  }

  /** Adds an owner that reserves a copy, and tells whoever sweeps that somebody has just come to use it. */
  async function reserve(
    namespace: string,
    ref: CopyRef,
    { uid, owners, lastUseMs }: GoodCopy,
    signal: AbortSignal,
    owner: CopyOwner,
  ): Promise<'owned' | 'gone'> {
    // Reserved for long enough as it is: our own write of a template is reviewed once more.
    if (owners.includes(owner.uid) && Date.now() - lastUseMs < graceMs / 2) return 'owned';
    const annotations = { [USED_AT]: new Date().toISOString() };
    return patch(namespace, ref, { ...withOwners(uid, [owner]), annotations }, signal);
  }

  /** Copies what the source holds now. */
  async function create(
    namespace: string,
    copy: { readonly usage: Usage; readonly digest: string; readonly short: string },
    signal: AbortSignal,
    owner: CopyOwner,
  ): Promise<'there' | 'moved' | 'conflict'> {
    const { usage, digest } = copy;
    const { kind, name } = usage;
    const live = await source(namespace, kind, name, signal);
    if (!live || formatOfDigest(digest, formats)?.sourceDigest(namespace, usage, live.content) !== digest)
      return 'moved';
    const { resource } = KINDS[kind];
    const path = `/api/v1/namespaces/${segment(namespace)}/${resource}?fieldManager=lockstep`;
    const body = copyManifest(copy, live.content, live.type, owner);
    const answer = await client.request({ verb: 'create', resource, path, body, signal });
    return answer.kind === 'found' ? 'there' : 'conflict';
  }

  return {
    look,

    async make(namespace, { usage, digest }, signal, of) {
      const { kind, name } = usage;
      const short = shortDigest(digest);
      const ref = { kind, name, short };
      for (let looks = 1; looks <= LOOKS; looks += 1) {
        const { found, owner } = await seen(namespace, ref, signal, of);
        if (found.state === 'unusable') throw unusable(ref, found.why);
        if (found.state === 'good') {
          if ((await reserve(namespace, ref, found, signal, owner)) === 'owned') return 'there';
          continue;
        }
        const made = await create(namespace, { usage, digest, short }, signal, owner);
        if (made !== 'conflict') return made;
      }
      const message = `${kind}/${copyName(name, short)} could not be made: it is deleted as soon as it is there`;
      throw new LockstepError('COPY_UNUSABLE', message);
    },

    async reserve(namespace, ref, signal, of) {
      const { found, owner } = await seen(namespace, ref, signal, of);
      return found.state === 'good' ? reserve(namespace, ref, found, signal, owner) : 'gone';
    },

    own: (namespace, ref, uid, owner, signal) => patch(namespace, ref, withOwners(uid, [owner]), signal),
  };
}
