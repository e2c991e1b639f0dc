import { READS_AT_ONCE } from '../references/limits.ts';

/**
 * Does something for each item, for a few at a time, and resolves with the results in the items' order. It begins
 * nothing more once the signal is aborted, or something has failed.
 */
export async function mapFew<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  act: (item: T) => Promise<R>,
  most: number = READS_AT_ONCE,
): Promise<R[]> {
  const results: R[] = [];
  // All workers take their items from this one.
  const left = items.entries();
  let failed = false;
  async function work(): Promise<void> {
    for (const [i, item] of left) {
      if (failed) return;
      signal.throwIfAborted();
      try {
        results[i] = await act(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
