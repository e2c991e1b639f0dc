import { templateMarksOf } from '../marks/marks.ts';
import { parseSources } from '../marks/records.ts';
import { MARKS } from '../marks/table.ts';
import { sourceId } from '../references/sources.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';

/** How long the ceiling waits for the first ready pod of a rollout, in milliseconds. */
export interface Patience {
  readonly usualMs: number;
  /** For a ReplicaSet whose pods read copies. It starts good pods, so less speaks for the wait. */
  readonly pinnedMs: number;
}

/** The ReplicaSet of the Deployment's present template, which is to replace a stale one. */
export interface Successor {
  /** Since when it is, in milliseconds since the epoch. If in doubt, a later time. */
  readonly sinceMs: number;
  readonly readyReplicas: number;
}

/** The facts for a decision about a ceiling. A hash is undefined if the template carries none. */
export interface CeilingFacts {
  readonly replicasBefore: number;
  readonly replicasWanted: number;
  readonly replicaSetHash: string | undefined;
  /** The workload that controls the ReplicaSet. Undefined: no workload does (any more). */
  readonly owner:
    | {
        readonly hash: string | undefined;
        /** The workload has the label `lockstep.dev/inject: disabled`. */
        readonly disabled: boolean;
        readonly paused: boolean;
        readonly failed: boolean;
      }
    | undefined;
  /** The rollout gets no pod ready, for longer than patience lasts. Undefined: nobody has looked yet. */
  readonly stuck?: boolean;
}

export type CeilingDecision =
  | { readonly action: 'cap'; readonly reason: 'stale'; readonly replicas: number }
  | {
      readonly action: 'leave';
      readonly reason:
        | 'not-growing'
        | 'no-workload'
        | 'unmanaged'
        | 'current'
        | 'paused'
        | 'rollout-failed'
        | 'no-ready-pod';
    };

/**
 * A stale ReplicaSet may shrink but not grow. It is stale if the template of its Deployment carries another
 * config hash. If the Deployment is paused, or its rollout has failed or is stuck, no new pods would replace the
 * missing ones. Capacity comes first then, and the ReplicaSet may grow.
 */
export function decideCeiling(facts: CeilingFacts): CeilingDecision {
  const { owner } = facts;
  if (facts.replicasWanted <= facts.replicasBefore) return { action: 'leave', reason: 'not-growing' };
  if (!owner) return { action: 'leave', reason: 'no-workload' };
  if (owner.disabled) return { action: 'leave', reason: 'unmanaged' };
  if (owner.hash === undefined || owner.hash === facts.replicaSetHash)
    return { action: 'leave', reason: 'current' };
  if (owner.paused) return { action: 'leave', reason: 'paused' };
  if (owner.failed) return { action: 'leave', reason: 'rollout-failed' };
  if (facts.stuck) return { action: 'leave', reason: 'no-ready-pod' };
  return { action: 'cap', reason: 'stale', replicas: facts.replicasBefore };
}

/**
 * Whether all pods of this template read copies of all recorded sources: then pods that start today are what its
 * first ones were.
 */
export function isWhollyPinned(template: PodTemplate | null | undefined): boolean {
  const { sources, pinned } = templateMarksOf(template?.metadata?.annotations);
  const entries = pinned === undefined ? undefined : MARKS.pinned.parse(pinned);
  if (!entries) return false;
  const copied = new Set(entries.map(sourceId));
  return Object.keys(parseSources(sources)).every((id) => copied.has(id));
}

/**
 * Whether a rollout has had the time to get a pod ready, and has none. A controller without a progress deadline
 * never says that a rollout has failed.
 * @param patienceMs see `Patience`
 */
export function isStuck({ sinceMs, readyReplicas }: Successor, nowMs: number, patienceMs: number): boolean {
  return readyReplicas === 0 && nowMs - sinceMs >= patienceMs;
}
