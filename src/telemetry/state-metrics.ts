import { Gauge } from 'prom-client';
import type { Registers } from './registers.ts';

/** What is read when somebody asks for the metrics. */
export const READ = {
  bodies: {
    name: 'lockstep_body_budget_bytes',
    help: 'Memory that large bodies of requests take now. Beyond 64 MiB, requests are refused as BUSY.',
  },
  connections: {
    name: 'lockstep_connections',
    help: 'Open connections to the webhook.',
  },
  digestCache: {
    name: 'lockstep_digest_cache_bytes',
    help: 'Memory that digests under their resourceVersion take now, of 10 MiB.',
  },
  leader: {
    name: 'lockstep_leader',
    help:
      '1 if this replica does the work that one replica is enough for: copies, edits, unblocking, counts of ' +
      'workloads.',
  },
} as const satisfies Readonly<Record<string, { name: string; help: string }>>;

export interface StateMetrics {
  /** Says how to read a number. It is missing until then. */
  readGauge(name: keyof typeof READ, read: () => number): void;
}

export interface Build {
  readonly version: string;
  /** The version of Node. */
  readonly node: string;
}

export function stateMetrics(registers: Registers, build: Build): StateMetrics {
  const info = new Gauge({
    name: 'lockstep_build_info',
    help: 'Always 1. Its labels say which version runs, and on which Node.',
    labelNames: ['version', 'node'],
    registers,
  });
  info.set({ ...build }, 1);
  return {
    readGauge(which, read) {
      // prom-client gives a gauge without a value a 0, which would be a wrong word.
      new Gauge({
        ...READ[which],
        registers,
        collect() {
          this.set(read());
        },
      });
    },
  };
}
