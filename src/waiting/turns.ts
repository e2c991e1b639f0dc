import { waitingLine } from './waiting-line.ts';

/** Spreads work that keeps the event loop busy. Keys take turns. */
export interface Turns {
  /**
   * Resolves when it is the caller's turn: at once, if nobody has had one since the event loop last went round.
   * Rejects when the signal is aborted.
   */
  take(key: string, signal: AbortSignal): Promise<void>;
}

/**
 * One caller gets a turn each time that the event loop goes round. Between two turns, everything else that is
 * ready runs.
 */
export function turns(): Turns {
  const line = waitingLine();
  let isFree = true;
  const fill = () => line.serveWhile(() => isFree);

  function give(): void {
    isFree = false;
    setImmediate(() => {
      isFree = true;
      fill();
    });
  }

  return {
    async take(key, signal) {
      const turn = line.wait(key, signal, give);
      fill();
      await turn;
    },
  };
}
