import { Counter, Gauge } from 'prom-client';
import type { Registers } from './registers.ts';

const EVENTS = ['started', 'complete', 'failed', 'overdue'] as const;

/** How many workloads are on their way after edits, by where they stand. */
export type EditWorkloads = Readonly<Record<'settling' | 'waiting' | 'stopped' | 'rolling', number>>;

export interface EditMetrics {
  /** Counts a rollout that an edit has started, and how it ended. */
  countEditRollout(event: (typeof EVENTS)[number]): void;
  setEditWorkloads(counts: EditWorkloads): void;
  /** Counts an error of the work that follows edits. */
  countEditError(): void;
}

export function editMetrics(registers: Registers): EditMetrics {
  const rollouts = new Counter({
    name: 'lockstep_edit_rollouts_total',
    help: 'Rollouts that edits have started without a call, and how they ended.',
    labelNames: ['event'],
    registers,
  });
  // Prometheus sees no increase in a counter that begins at 1.
  for (const event of EVENTS) rollouts.inc({ event }, 0);
  const workloads = new Gauge({
    name: 'lockstep_edit_workloads',
    help: 'Workloads on their way after an edit, by where they stand. Stopped: another one has failed.',
    labelNames: ['state'],
    registers,
  });
  const errors = new Counter({
    name: 'lockstep_edit_errors_total',
    help: 'Failed watches, reads and writes of the work that follows edits.',
    registers,
  });
  return {
    countEditRollout: (event) => rollouts.inc({ event }),
    setEditWorkloads(counts) {
      for (const [state, count] of Object.entries(counts)) workloads.set({ state }, count);
    },
    countEditError: () => errors.inc(),
  };
}
