import type { OwnerChange, TemplateAnnotations } from '../copies/fate.ts';
import type { CopyMeta } from '../copies/manifest.ts';
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
export interface Leftovers {
  /** All copies of a kind, in pages; some may come twice. */
  list(kind: SourceKind, signal: AbortSignal): AsyncIterable<readonly CopyMeta[]>;
  /** Changes the owners of the copy that was read. @returns false: it is gone, or has come to be used */
  assign(copy: Copy, change: OwnerChange, signal: AbortSignal): Promise<boolean>;
  /** Deletes the copy that was read. @returns false: it is gone, or has come to be used */
  remove(copy: Copy, signal: AbortSignal): Promise<boolean>;
}

/** The annotations of all pod templates of a namespace, with the workloads that they are of. */
export type Templates = (namespace: string, signal: AbortSignal) => AsyncIterable<TemplateAnnotations>;
