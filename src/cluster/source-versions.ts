import { Type } from 'typebox';
import { decoder } from '../api/decode.ts';
import type { ObjectRef } from '../api/path.ts';
import type { SourceVersion } from '../controller/ports.ts';
import type { SourceKind } from '../references/sources.ts';

/** uid and resourceVersion, as one text. */
export const versionOf = ({
  uid,
  resourceVersion,
}: {
  readonly uid?: string | null | undefined;
  readonly resourceVersion?: string | null | undefined;
}): string => `${uid ?? ''}/${resourceVersion ?? ''}`;

const decodeIdentity = decoder(
  Type.Object({ metadata: Type.Object({ uid: Type.String(), resourceVersion: Type.String() }) }),
  'metadata of a source',
);

/**
 * The version of a source. Nothing else of its metadata is kept: the annotation of `kubectl apply` has all values.
 * @throws LockstepError API_UNEXPECTED
 */
export function toSourceVersion(
  kind: SourceKind,
  { namespace, name }: ObjectRef,
  object: unknown,
): SourceVersion {
  return { kind, namespace, name, version: versionOf(decodeIdentity(object).metadata) };
}
