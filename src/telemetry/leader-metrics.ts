import { Counter } from 'prom-client';
import type { Registers } from './registers.ts';

const SWEPT = ['deleted', 'assigned', 'unreserved', 'foreign', 'observed', 'error'] as const;
const UNBLOCKED = ['deleted', 'observed', 'error'] as const;

export interface SweepMetrics {
  /** Counts an overdue copy that the sweep changed or deleted, or an error on the way. */
  countSweptCopy(result: (typeof SWEPT)[number]): void;
}

export interface LeaderMetrics {
  /** Counts a failed read or write of the Lease. */
  countLeaseError(): void;
  /** Counts a pod that was deleted because a rollout waited for it, or an error on the way. */
  countUnblocking(result: (typeof UNBLOCKED)[number]): void;
}

export function sweepMetrics(registers: Registers): SweepMetrics {
  const copies = new Counter({
    name: 'lockstep_copies_swept_total',
    help: 'Copies that this replica deleted, or left to their ReplicaSets, after the grace; foreign objects; errors.',
    labelNames: ['result'],
    registers,
  });
  // Prometheus sees no increase in a counter that begins at 1.
  for (const result of SWEPT) copies.inc({ result }, 0);
  return {
    countSweptCopy: (result) => copies.inc({ result }),
  };
}

export function leaderMetrics(registers: Registers): LeaderMetrics {
  const leaseErrors = new Counter({
    name: 'lockstep_lease_errors_total',
    help: 'Failed reads and writes of the Lease by which replicas elect a leader.',
    registers,
  });
  const unblocked = new Counter({
    name: 'lockstep_unblocked_pods_total',
    help: 'Pods of outdated revisions that this replica deleted because a rollout waited for them; errors.',
    labelNames: ['result'],
    registers,
  });
  for (const result of UNBLOCKED) unblocked.inc({ result }, 0);
  return {
    countLeaseError: () => leaseErrors.inc(),
    countUnblocking: (result) => unblocked.inc({ result }),
  };
}
