import type { DecodedSource } from '../../cluster/source-kinds.ts';
import type { SourceMetadata } from '../../policy/adoption.ts';

type Metadata = SourceMetadata & {
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
};

/** A source as it was found: a ConfigMap, the metadata of a Secret, or nothing that the person may see. */
export type Found =
  | { readonly kind: 'configmap'; readonly source: DecodedSource | undefined }
  | { readonly kind: 'secret'; readonly metadata: Metadata | undefined }
  | { readonly kind: 'not-seen' };

/** Undefined: it does not exist, or cannot be seen. */
export function metadataOf(found: Found): Metadata | undefined {
  switch (found.kind) {
    case 'configmap':
      return found.source?.metadata;
    case 'secret':
      return found.metadata;
    case 'not-seen':
      return undefined;
    default:
      return found satisfies never;
  }
}
