import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { type CopyBudget, manifestBytes } from '../copies/budget.ts';
import { limitedError } from '../copies/errors.ts';
import type { Flaw } from '../copies/flaw.ts';
import { type CopyNote, parseNote } from '../copies/note.ts';
import { COPY_OF } from '../marks/names.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { type SourceKind, type SourceRef, sourceId } from '../references/sources.ts';
import { byteCache } from './cache.ts';
import { canExist, objectReads, pathOf } from './object-reads.ts';
import { type DecodedSource, SOURCE_RESOURCES } from './source-kinds.ts';

type Metadata = DecodedSource['metadata'];
type Inspected<V> = { readonly flaw: Flaw } | { readonly flaw: undefined; readonly copy: V };
type NoCopy = { readonly state: 'missing' } | { readonly state: 'unusable'; readonly flaw: Flaw };

/** How one look at a copy is made. */
interface Looking<V, L> {
  /** Verifies its content. This is done once for each object. */
  inspect(found: DecodedSource, note: CopyNote | undefined): Inspected<V>;
  /** Judges by its metadata, which can change. This is done at each look. */
  lookOf(metadata: Metadata, copy: V): L;
}

/**
 * Looks at copies. A copy is immutable, so content that was verified once stays right, and only the metadata is read
 * again.
 * @param bytes how much memory verified copies may take
 */
export function verifiedCopies<V extends { readonly uid: string }>(
  client: ApiClient,
  reads: SharedReads,
  bytes: number,
  charactersOf: (copy: V) => number,
) {
  const verified = byteCache<V>(bytes, charactersOf);
  const { metadata, whole } = objectReads(client, reads);
  return {
    whole,
    async look<L>(
      namespace: string,
      { kind, name }: SourceRef,
      signal: AbortSignal,
      { inspect, lookOf }: Looking<V, L>,
    ): Promise<L | NoCopy> {
      // An annotation or a reference may name what no object can be called.
      if (!canExist({ name })) return { state: 'missing' };
      const path = pathOf(namespace, kind, name);
      const known = verified.get(path);
      if (known) {
        const now = await metadata(path, SOURCE_RESOURCES[kind].resource, signal);
        if (!now) return { state: 'missing' };
        if (now.uid === known.uid) return lookOf(now, known);
      }
      const found = await whole(path, kind, signal);
      if (!found) return { state: 'missing' };
      const inspected = inspect(found, parseNote(found.metadata.annotations?.[COPY_OF]));
      if (inspected.flaw !== undefined) return { state: 'unusable', flaw: inspected.flaw };
      verified.set(path, inspected.copy);
      return lookOf(found.metadata, inspected.copy);
    },
  };
}

/**
 * Creates a copy, unless the namespace has gained as much by copies as it may. `conflict`: there is an object of its
 * name.
 * @throws LockstepError COPIES_LIMITED, and what the API client throws
 */
export async function createCopyObject(
  client: ApiClient,
  budget: CopyBudget,
  namespace: string,
  kind: SourceKind,
  body: { readonly metadata: { readonly name: string } },
  signal: AbortSignal,
): Promise<'there' | 'conflict'> {
  if (!budget.take(namespace, manifestBytes(body), performance.now()))
    throw limitedError(sourceId({ kind, name: body.metadata.name }), namespace);
  const { resource } = SOURCE_RESOURCES[kind];
  const path = `/api/v1/namespaces/${segment(namespace)}/${resource}?fieldManager=${FIELD_MANAGER}`;
  const answer = await client.request({ verb: 'create', resource, path, body, signal });
  return answer.kind === 'found' ? 'there' : 'conflict';
}
