import { INJECT_LABEL } from '../marks/names.ts';
import { inMode, type Mode } from './mode.ts';
import { NAME_IN_LOG, truncate } from './wording.ts';

/** A stale ReplicaSet was to grow. */
export function cappedWarning(replicaSet: string, replicas: number, owner: string, mode: Mode): string {
  const what = `stale ${truncate(replicaSet)} ${inMode(mode, 'keeps', 'would keep')} its ${replicas} replicas`;
  if (mode === 'observe') return `${what}: ${truncate(owner)} has another configuration`;
  const instead = 'Scale or undo the deployment instead';
  const lifted = `Its label ${INJECT_LABEL}=disabled lifts the limit`;
  return `${what}: ${truncate(owner)} has another configuration. ${instead}. ${lifted}`;
}

export function staleGrowthWarning(replicaSet: string, why: string): string {
  return `stale ${truncate(replicaSet)} may grow: ${why}`;
}

/** What became of the growth of a stale ReplicaSet, for people who look later. */
export function heldBackText({
  replicaSet,
  owner,
  replicas,
  wanted,
}: {
  readonly replicaSet: string;
  readonly owner: string;
  readonly replicas: number;
  readonly wanted: number;
}): string {
  const pods = wanted - replicas === 1 ? '1 pod' : `${wanted - replicas} pods`;
  const keeps = `stale ${truncate(replicaSet, NAME_IN_LOG)} keeps its ${replicas} replicas`;
  return `held ${pods} back: ${keeps}, because ${truncate(owner, NAME_IN_LOG)} has another configuration`;
}
