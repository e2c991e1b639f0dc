import { fairQueue } from './fair-queue.ts';

/** Callers that wait for room. Keys take turns, and a caller leaves when its signal is aborted. */
export interface WaitingLine {
  /**
   * Waits for the caller's turn. It comes at once if there is room and nobody waits.
   * @param take called when the turn comes, at once: it takes the room. Its result, or what it throws, is the
   * caller's, even if the signal is aborted by the time that the caller sees it
   */
  wait<T>(key: string, signal: AbortSignal, take: () => T): Promise<T>;
  /** Whether nobody waits. */
  isEmpty(): boolean;
  /** Gives callers their turns as long as there is room. */
  serveWhile(hasRoom: () => boolean): void;
}

interface Waiting {
  readonly signal: AbortSignal;
  take(): void;
}

/** @param hasRoom whether there is room for somebody who comes now. Default: room only comes with `serveWhile` */
export function waitingLine(hasRoom: () => boolean = () => false): WaitingLine {
  const queue = fairQueue<Waiting>();

  function serveWhile(isOpen: () => boolean): void {
    while (isOpen()) {
      const next = queue.next();
      if (!next) return;
      if (!next.signal.aborted) next.take();
    }
  }

  return {
    isEmpty: queue.isEmpty,
    async wait(key, signal, take) {
      signal.throwIfAborted();
      // Nearly always. So nothing is made that only waiting needs.
      if (queue.isEmpty() && hasRoom()) return take();
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof take>>();
      const leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      queue.add(key, {
        signal,
        take() {
          signal.removeEventListener('abort', leave);
          try {
            resolve(take());
          } catch (error) {
            reject(error);
          }
        },
      });
      // Those in front may all have left.
      serveWhile(hasRoom);
      return promise;
    },
    serveWhile,
  };
}
