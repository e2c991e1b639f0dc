/**
 * A function that does one part of a round. If the part fails, it reports that, and the round goes on with the next
 * one. After the abort it does nothing more, and what the abort made fail is no error.
 */
export function attempts(signal: AbortSignal, onError: (error: unknown) => void) {
  return async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (signal.aborted) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) onError(error);
      return undefined;
    }
  };
}
