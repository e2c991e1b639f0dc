import type { ApiClient } from '../api/client.ts';
import { METADATA_ONLY } from '../api/request.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { type CopyBudget, copyBudget } from '../copies/budget.ts';
import { endlesslyDeletedError, unusableError } from '../copies/errors.ts';
import { type CopyOwner, copyManifest, ownersPatch } from '../copies/manifest.ts';
import { type CopyRef, copyName } from '../copies/name.ts';
import type { Pin } from '../copies/pins.ts';
import { type Formats, formatOfDigest, shortDigest } from '../digest/format.ts';
import type { Copies, GoodCopy } from '../in-step/ports.ts';
import { USED_AT } from '../marks/names.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { type CopyReads, copyReads } from './copy-reads.ts';
import { pathOf } from './object-reads.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';
import { createCopyObject } from './verified-copies.ts';

/** How often lockstep looks at a copy that others delete and make. */
const LOOKS = 4;

/**
 * Changes the metadata of a copy. `gone` means that it does not
 * exist, or that the patch names the uid of an earlier copy.
 */
async function patchMetadata(
  client: ApiClient,
  namespace: string,
  ref: CopyRef,
  metadata: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<'patched' | 'gone'> {
  const { resource } = SOURCE_RESOURCES[ref.kind];
  const answer = await client.request({
    verb: 'patch',
    resource,
    path: `${pathOf(namespace, ref.kind, copyName(ref.name, ref.shortDigest))}?fieldManager=${FIELD_MANAGER}`,
    patchType: 'strategic-merge-patch',
    body: { metadata },
    accept: METADATA_ONLY,
    signal,
  });
  return answer.kind === 'found' ? 'patched' : 'gone';
}

interface CreateDeps {
  readonly client: ApiClient;
  readonly reader: CopyReads;
  readonly formats: Formats;
  readonly budget: CopyBudget;
}

/**
 * Makes a copy of what the source holds now, if that still has the digest of the pin.
 * @throws LockstepError COPIES_LIMITED, and what the API client throws
 */
async function createCopy(
  { client, reader, formats, budget }: CreateDeps,
  namespace: string,
  { usage, digest }: Pin,
  signal: AbortSignal,
  owner: CopyOwner,
): Promise<'there' | 'moved' | 'conflict'> {
  const live = await reader.source(namespace, usage, signal);
  if (
    !live ||
    formatOfDigest(usage.kind, digest, formats)?.sourceDigest(namespace, usage, live.content) !== digest
  )
    return 'moved';
  const pin = { usage, digest, shortDigest: shortDigest(digest) };
  const body = copyManifest(pin, live.content, live.type, owner);
  return createCopyObject(client, budget, namespace, usage.kind, body, signal);
}

/**
 * @param graceMs how long a reservation lasts at least, in milliseconds
 * @param budget for these copies and others
 */
export function copies(
  client: ApiClient,
  reads: SharedReads,
  formats: Formats,
  graceMs: number,
  budget = copyBudget(graceMs),
): Copies {
  const reader = copyReads(client, reads, formats);
  const { look } = reader;
  const createDeps = { client, reader, formats, budget };

  /** Adds an owner that reserves a copy, and tells the sweep that a template has just begun to use it. */
  async function addReservation(
    namespace: string,
    ref: CopyRef,
    { uid, owners, lastUseMs }: GoodCopy,
    signal: AbortSignal,
    owner: CopyOwner,
  ): Promise<'owned' | 'gone'> {
    // The present reservation lasts long enough: our own write of a template is reviewed once more.
    if (owners.includes(owner.uid) && client.clock.now() - lastUseMs < graceMs / 2) return 'owned';
    const annotations = { [USED_AT]: new Date(client.clock.now()).toISOString() };
    const metadata = { ...ownersPatch(uid, [owner]), annotations };
    return (await patchMetadata(client, namespace, ref, metadata, signal)) === 'patched' ? 'owned' : 'gone';
  }

  return {
    look,

    async make(namespace, pin, owner, signal) {
      const { kind, name } = pin.usage;
      const ref = { kind, name, shortDigest: shortDigest(pin.digest) };
      for (let looks = 1; looks <= LOOKS; looks += 1) {
        const found = await look(namespace, ref, signal);
        if (found.state === 'unusable') throw unusableError(ref, found.flaw);
        if (found.state === 'good') {
          // The name shows 64 bits of the digest. Somebody may have searched for two contents that share them.
          if (found.note.digest !== pin.digest) throw unusableError(ref, { is: 'same-short-digest' });
          if ((await addReservation(namespace, ref, found, signal, owner)) === 'owned') return 'there';
          continue;
        }
        const made = await createCopy(createDeps, namespace, pin, signal, owner);
        if (made !== 'conflict') return made;
      }
      throw endlesslyDeletedError(ref);
    },

    async reserve(namespace, ref, owner, signal) {
      const found = await look(namespace, ref, signal);
      return found.state === 'good' ? addReservation(namespace, ref, found, signal, owner) : 'gone';
    },

    async own(namespace, ref, uid, owner, signal) {
      const patched = await patchMetadata(client, namespace, ref, ownersPatch(uid, [owner]), signal);
      return patched === 'patched' ? 'owned' : 'gone';
    },
  };
}
