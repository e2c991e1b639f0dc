import { sleep } from '../abort.ts';

export interface Repetition {
  /** Begins no further round, and aborts the one that is under way; resolves when that has ended. */
  close(): Promise<void>;
}

/**
 * Does something again and again until it is closed, one round after the other.
 * @param round never rejects; tells how long to wait until the next one, in milliseconds
 * @param firstInMs how long to wait for the first one
 */
export function repeat(round: (signal: AbortSignal) => Promise<number>, firstInMs = 0): Repetition {
  const closing = new AbortController();
  const { signal } = closing;

  async function run(): Promise<void> {
    let waitMs = firstInMs;
    while (await sleep(waitMs, signal)) waitMs = await round(signal);
  }
  const running = run();

  return {
    close() {
      closing.abort();
      return running;
    },
  };
}
