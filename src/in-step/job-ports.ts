import type { Flaw } from '../copies/flaw.ts';
import type { JobOwner } from '../copies/job-copy.ts';
import type { CopyNote } from '../copies/note.ts';
import type { Pin } from '../copies/pins.ts';
import type { SourceRef } from '../references/sources.ts';
import type { Job } from '../workloads/job.ts';

/** The copy of a source that all pods of a Job read, checked as every copy is. */
export interface GoodJobCopy {
  readonly state: 'good';
  readonly note: CopyNote;
  /** The source did not exist when the copy was made, and the pods do without it. */
  readonly absent: boolean;
}

export type JobCopyLook =
  | GoodJobCopy
  | { readonly state: 'missing' }
  | { readonly state: 'unusable'; readonly flaw: Flaw };

/** Reads Jobs, and looks at and makes the copies that their pods read. */
export interface Jobs {
  /** The metadata of a Job. Undefined: there is no Job of this name with this uid. */
  find(namespace: string, ref: JobOwner, signal: AbortSignal): Promise<Job['metadata'] | undefined>;
  /** The whole Job. */
  read(namespace: string, ref: JobOwner, signal: AbortSignal): Promise<Job | undefined>;
  look(namespace: string, source: SourceRef, job: JobOwner, signal: AbortSignal): Promise<JobCopyLook>;
  /**
   * Makes the copy of what is used of a source, unless an object has its name. `moved`: the source does not have
   * this digest (any more).
   * @throws LockstepError COPIES_LIMITED, and what the API client throws
   */
  make(namespace: string, pin: Pin, job: JobOwner, signal: AbortSignal): Promise<'there' | 'moved'>;
}
