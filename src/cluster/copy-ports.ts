import type { ApiClient } from '../api/client.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { copyBudget } from '../copies/budget.ts';
import type { Formats } from '../digest/format.ts';
import type { Jobs } from '../in-step/job-ports.ts';
import type { Copies } from '../in-step/ports.ts';
import { copies } from './copies.ts';
import { jobs } from './jobs.ts';

/**
 * The ports for copies of every kind. One budget is for all of them.
 * @param graceMs how long a reservation lasts at least, in milliseconds
 */
export function copyPorts(
  client: ApiClient,
  reads: SharedReads,
  formats: Formats,
  graceMs: number,
): { readonly copies: Copies; readonly jobs: Jobs } {
  const budget = copyBudget(graceMs);
  return {
    copies: copies(client, reads, formats, graceMs, budget),
    jobs: jobs(client, reads, formats, budget),
  };
}
