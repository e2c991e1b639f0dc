import type { Workload } from './workload.ts';

/** The API's default for Deployments, and that of the Rollouts controller. */
const DEFAULT_SECONDS = 600;

/** The controllers take the largest number of 32 bits for no deadline. (`HasProgressDeadline` in their source.) */
const NONE_SECONDS = 2 ** 31 - 1;

/** The deadline of a field `progressDeadlineSeconds`, in milliseconds. Undefined: there is none. */
export function toDeadlineMs(seconds: number | null | undefined): number | undefined {
  const set = seconds ?? DEFAULT_SECONDS;
  return set >= NONE_SECONDS ? undefined : set * 1_000;
}

/**
 * How long a workload's controller waits for progress until it gives up, in milliseconds. Each pod that gets ready
 * starts it anew. Undefined: it never gives up. The number may be larger than a timer takes.
 */
export const deadlineOf = ({ rollout, runner }: Pick<Workload, 'rollout' | 'runner'>): number | undefined =>
  runner === 'unknown' ? undefined : rollout.deadlineMs;
