import type { SourceContent } from '../../digest/source.ts';
import type { LastChange } from '../explain/last-change.ts';
import type { WorkloadReport } from '../report.ts';
import type { KeyChange } from './changes.ts';

/**
 * How a source differs from what the pods of a workload started with.
 * - `same`: it does not
 * - `changed`: it does. `keys` tells how, if the pods read a copy of it
 * - `appeared`, `gone`: it did not exist then, or does not now
 * - `unknown`: it cannot be told here
 */
export type SourceChange = 'same' | 'changed' | 'appeared' | 'gone' | 'unknown';

/** Somebody who has written a source since the pods started, and the keys that they own. */
export interface Writer extends LastChange {
  readonly keys: readonly string[];
}

/** One source, at the start of the pods and now. */
export interface SourceDiff {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly change: SourceChange;
  /** The copy that the pods read. Absent: they read the source itself. */
  readonly copy?: string;
  /** What differs. Absent: nobody can know, because there is no copy. */
  readonly keys?: readonly KeyChange[];
  /** Who has written it since. Among the keys that they own are those that have changed. */
  readonly writers?: readonly Writer[];
  /** Why it is not told. */
  readonly why?: string;
}

/** The configuration of a workload at the start of its pods, against now. */
export interface WorkloadDiff {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'WorkloadDiff';
  readonly metadata: WorkloadReport['metadata'];
  readonly workload: WorkloadReport['workload'];
  readonly sources: readonly SourceDiff[];
}

/** What a ConfigMap held and holds. It is printed only if the person asks for values. */
export interface Contents {
  readonly before: SourceContent;
  readonly now: SourceContent;
}

/** Whether it is not certain that all sources are the same: one that cannot be compared is no agreement. */
export const differs = ({ sources }: WorkloadDiff): boolean =>
  sources.some(({ change }) => change !== 'same');
