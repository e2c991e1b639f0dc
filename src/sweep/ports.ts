import type { OwnerChange, TemplateAnnotations } from '../copies/fate.ts';
import type { CopyMeta, CopyOwner } from '../copies/manifest.ts';
import type { SourceKind } from '../references/sources.ts';

/** A copy of a source, at the version that was read. */
export interface Copy {
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The copies of the whole cluster. */
export interface AllCopies {
  /**
   * Lists all copies of a kind, in pages. Some copies may come twice.
   * @param namespace undefined: of all namespaces
   * @param onSkipped called for each copy that is too large to be read
   */
  list(
    kind: SourceKind,
    namespace: string | undefined,
    signal: AbortSignal,
    onSkipped: (error: Error) => void,
  ): AsyncIterable<readonly CopyMeta[]>;
  /**
   * Changes the owners of the copy that was read.
   * @returns false if the copy is gone, or has come into use
   */
  assign(copy: Copy, change: OwnerChange, signal: AbortSignal): Promise<boolean>;
  /** Adds owners to the copy, whatever owners it has by now. */
  reserve(copy: Copy, owners: readonly CopyOwner[], signal: AbortSignal): Promise<void>;
  /** Whether a revision that owns a copy exists. */
  revisionExists(namespace: string, owner: CopyOwner, signal: AbortSignal): Promise<boolean>;
  /**
   * Deletes the copy that was read.
   * @returns false if the copy is gone, or has come into use
   */
  remove(copy: Copy, signal: AbortSignal): Promise<boolean>;
}

/**
 * Reads the annotations of all pod templates of a namespace,
 * with the workloads and revisions that they belong to.
 */
export type Templates = (namespace: string, signal: AbortSignal) => AsyncIterable<TemplateAnnotations>;
