import { setTimeout as sleep } from 'node:timers/promises';

/** How long to try, how often, and how to name the condition in the error. */
export interface EventuallyOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly what?: string;
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Calls `attempt` until it neither throws nor returns `false`, and returns its result.
 * @throws Error that names the condition, with the last failure as its cause, after the timeout
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const { timeoutMs = 30_000, intervalMs = 50, what = 'the condition', signal } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const outcome = await once(attempt);
    if (outcome.held) return outcome.value;
    if (performance.now() >= deadline) {
      const cause = outcome.error;
      const why = cause instanceof Error ? `: ${cause.message}` : '';
      throw new Error(`${what} did not come about within ${timeoutMs / 1000} s${why}`, { cause });
    }
    signal?.throwIfAborted();
    await sleep(intervalMs);
  }
}

type Once<T> = { held: true; value: Exclude<T, false> } | { held: false; error?: unknown };

async function once<T>(attempt: () => T | Promise<T>): Promise<Once<T>> {
  try {
    const value = await attempt();
    return isHeld(value) ? { held: true, value } : { held: false };
  } catch (error) {
    return { held: false, error };
  }
}

const isHeld = <T>(value: T): value is Exclude<T, false> => value !== false;
