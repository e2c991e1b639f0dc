import { Gauge } from 'prom-client';
import type { Registers } from './registers.ts';

/** How workloads stand now. */
export interface WorkloadCounts {
  readonly states: readonly { readonly kind: string; readonly state: string; readonly count: number }[];
  /** By kind: how long the workload has drifted that has drifted longest. */
  readonly drifts: readonly { readonly kind: string; readonly seconds: number }[];
}

export interface WorkloadMetrics {
  /** Says how to count the workloads. Undefined: this replica does not count them now. */
  readWorkloads(read: () => WorkloadCounts | undefined): void;
}

export function workloadMetrics(registers: Registers): WorkloadMetrics {
  let read: () => WorkloadCounts | undefined = () => undefined;
  // A replica that leads no more has no series: its last numbers would count all twice.
  new Gauge({
    name: 'lockstep_workloads',
    help: 'Workloads by kind and state, as kubectl lockstep status has them. Only the leader gives it.',
    labelNames: ['kind', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { kind, state, count } of read()?.states ?? []) this.set({ kind, state }, count);
    },
  });
  new Gauge({
    name: 'lockstep_longest_drift_seconds',
    help:
      'How long the workload has drifted that has drifted longest, by kind. Those that wait on purpose do not count. ' +
      'Only the leader gives it.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const { kind, seconds } of read()?.drifts ?? []) this.set({ kind }, seconds);
    },
  });
  return {
    readWorkloads(how) {
      read = how;
    },
  };
}
