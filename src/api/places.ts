import { fairQueue } from './fair-queue.ts';

/** A number of places, for work that must not be done more often at a time. Keys take turns at them. */
export interface Places {
  /**
   * Waits for a place.
   * @returns a function that gives the place back
   */
  enter(key: string, signal: AbortSignal): Promise<() => void>;
}

export function places(count: number): Places {
  let free = count;
  const queue = fairQueue<{ readonly signal: AbortSignal; take(): void }>();

  function leave(): void {
    for (let next = queue.next(); next; next = queue.next()) {
      if (next.signal.aborted) continue;
      next.take();
      return;
    }
    free += 1;
  }

  return {
    async enter(key, signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        queue.add(key, {
          signal,
          take() {
            signal.removeEventListener('abort', abort);
            resolve();
          },
        });
        await promise;
      }
      return leave;
    },
  };
}
