import { Counter, Gauge } from 'prom-client';
import type { Registers } from './registers.ts';

const RELOADS = ['ok', 'error'] as const;

export interface CertificateMetrics {
  countCertificateReload(result: (typeof RELOADS)[number]): void;
  /** Counts a step of self-managed certificates, or an error on the way. */
  countCertificateStep(step: string): void;
  /** Sets when the serving certificate ends. */
  setCertificateEnd(notAfterMs: number): void;
}

export function certificateMetrics(registers: Registers): CertificateMetrics {
  const reloads = new Counter({
    name: 'lockstep_certificate_reloads_total',
    help: 'Changed certificates and client authorities: now in use (ok), or invalid, so not in use (error).',
    labelNames: ['result'],
    registers,
  });
  const steps = new Counter({
    name: 'lockstep_certificate_steps_total',
    help:
      'Steps of self-managed certificates that this replica wrote (docs/operations.md), ' +
      'and errors on the way.',
    labelNames: ['step'],
    registers,
  });
  // Prometheus sees no increase in a counter that begins at 1.
  for (const result of RELOADS) reloads.inc({ result }, 0);
  steps.inc({ step: 'error' }, 0);
  const notAfter = new Gauge({
    name: 'lockstep_certificate_not_after_timestamp_seconds',
    help: 'When the serving certificate ends, in seconds since the epoch.',
    registers,
  });
  return {
    countCertificateReload: (result) => reloads.inc({ result }),
    countCertificateStep: (step) => steps.inc({ step }),
    setCertificateEnd: (notAfterMs) => notAfter.set(notAfterMs / 1000),
  };
}
