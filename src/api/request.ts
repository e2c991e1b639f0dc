/** The media types for requests that need only the metadata of an object, or of a list's objects. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** The media type for a list as a table. With `includeObject=None` in the query it holds names only. */
export const NAMES_ONLY = 'application/json;as=Table;g=meta.k8s.io;v=v1';

export const METHODS = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;

export interface ApiRequest {
  readonly verb: keyof typeof METHODS;
  /** Plural name, for metrics and messages: `configmaps`. */
  readonly resource: string;
  /** Path with query. */
  readonly path: string;
  readonly accept?: string;
  /** The object to create, DeleteOptions, or a patch of the type `patchType`. */
  readonly body?: unknown;
  /** Default: `merge-patch`, a JSON merge patch (RFC 7396). */
  readonly patchType?: 'merge-patch' | 'strategic-merge-patch' | 'json-patch';
  readonly signal: AbortSignal;
}

/** 404, 409 and a list's 410 are answers and not errors, because most callers handle them. */
export type ApiAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'conflict' }
  /** The answer to a list's next page if the API server no longer has the state that it was listing. */
  | { readonly kind: 'expired' };
