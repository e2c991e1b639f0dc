import { sleep } from '../abort.ts';

export interface Repetition {
  /** Begins no further round, and aborts the current one. Resolves when that has ended. */
  close(): Promise<void>;
}

/**
 * Runs one round after the other until it is closed.
 * @param round never rejects; returns how long to wait until the next round, in milliseconds
 * @param firstInMs how long to wait before the first round
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
