import { INJECT_LABEL } from '../marks/names.ts';
import { inMode, type Mode } from './mode.ts';
import { truncate } from './wording.ts';

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
