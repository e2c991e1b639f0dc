import type { Version } from './history.ts';

export const INVARIANTS = [
  'In step',
  'No stale start',
  'One rollout',
  'Quiet',
  'Pods alike',
  'Held',
  'Checked',
  'Comes to rest',
  'Never worse',
  'Adopted',
  'Never in the way',
] as const;
/**
 * The design's invariants 1 to 4. The purpose of copies: pods of one ReplicaSet answer alike, and an undo
 * brings configuration back. lockstep misses no call by itself, so that the exemptions of the others stay
 * rare. Every rollout ends, so that the ceiling blocks nothing for good. No rollout starts whose pods cannot start. A
 * workload that is created over pods of its own keeps them. lockstep's own writes refuse no call.
 */
export type Invariant = (typeof INVARIANTS)[number];

/** Why something need not obey an invariant. Each reason is explained where it is granted. */
export type Exemption =
  | 'not checked: a replica was killed'
  | 'unmanaged'
  | 'nothing on record'
  | 'nothing recorded, and the request brought a hash'
  | 'undone twice at once, which takes the hold away'
  | 'the marks are of no revision of its own'
  | 'a controller copied the marks of a revision of its own'
  | 'what it adopted cannot be told'
  | 'somebody else wrote in between'
  | 'another replica may have answered'
  | 'another replica may follow edits'
  | 'a workload before it had a revision of the name'
  | 'a source that its pods need is gone'
  | 'a source was made again in the second of its pod'
  | 'an optional source that its pods have read is gone'
  | 'its workload is being deleted'
  | 'its workload is gone'
  | 'its revision is gone'
  | 'its revision has lost its workload'
  | 'its workload carries no hash'
  | 'its rollout is under way'
  | 'its job is suspended'
  | 'its job is gone'
  | 'its ordinal is below the partition'
  | 'its update strategy is written out without a partition'
  | 'its deployment is paused'
  | 'another workload goes first, and its rollout does not end'
  | 'its deployment’s rollout has failed'
  | 'its deployment’s controller waits for a scale that is over'
  | 'its daemonset’s controller waits for pods of an earlier one';

export interface Violation {
  readonly invariant: Invariant;
  /** What happened, with the resourceVersions of the objects. */
  readonly message: string;
  readonly version: Version | undefined;
}

/** The result for one thing that an invariant is about. */
export type Verdict =
  | { readonly kind: 'held' }
  | { readonly kind: 'exempt'; readonly why: Exemption }
  | { readonly kind: 'violated'; readonly message: string; readonly version: Version | undefined };

export const HELD: Verdict = { kind: 'held' };
export const exempt = (why: Exemption): Verdict => ({ kind: 'exempt', why });
export const violated = (message: string, version?: Version): Verdict => ({
  kind: 'violated',
  message,
  version,
});
