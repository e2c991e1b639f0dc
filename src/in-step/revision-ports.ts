import type { CopyOwner } from '../copies/manifest.ts';
import type { NamedRevision } from '../workloads/pod-revision.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import type { OwnedMeta } from '../workloads/replica-set.ts';

/** A revision that the cluster has: its template, and itself as an owner of copies. */
export interface Revision {
  readonly owner: CopyOwner;
  readonly metadata: OwnedMeta;
  readonly template: PodTemplate | undefined;
}

/** Reads the revisions that pods were made from, of every kind. */
export interface Revisions {
  /** Undefined: the cluster has no such revision, or another object controls it. */
  read(namespace: string, named: NamedRevision, signal: AbortSignal): Promise<Revision | undefined>;
}
