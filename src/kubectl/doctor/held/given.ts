import type { SourceRef } from '../../../references/sources.ts';

/** The keys of a source, as they would be given. */
export interface KnownKeys {
  /** What becomes environment variables. */
  readonly env: readonly string[];
  /** What becomes files. */
  readonly files: readonly string[];
}

/** Undefined: nobody here knows, because it is a Secret, or may not be read. */
export type KeysOf = (source: SourceRef) => KnownKeys | undefined;

/** Where a container is given a key. */
export type Place =
  | { readonly kind: 'env'; readonly name: string }
  /** `fixed`: a mount with a subPath, which the kubelet never writes again. */
  | { readonly kind: 'file'; readonly path: string; readonly fixed: boolean };

/** A key of a source that a container is given. */
export interface Given {
  readonly source: SourceRef;
  readonly key: string;
  readonly place: Place;
  /** The container does not start without it. */
  readonly required: boolean;
  /** A source whose keys nobody here knows, and one of which may go before this. */
  readonly perhapsHiddenBy?: SourceRef;
}

/** One that never arrives, because another has its place. */
export interface Hidden {
  readonly hidden: Given;
  /** What has its place: `env MODE`, `envFrom configmap/other`. */
  readonly by: string;
}

/** What a container is given, and what not. */
export interface GivenTo {
  readonly given: readonly Given[];
  readonly hidden: readonly Hidden[];
  /** Sources whose keys are not known. What they give cannot be told by its name. */
  readonly unlisted: readonly SourceRef[];
}
