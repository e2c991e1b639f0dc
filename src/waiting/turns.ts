import { waitingLine } from './waiting-line.ts';

/** Spreads work that keeps the event loop busy. Keys take turns. */
export interface Turns {
  /**
   * Resolves when it is the caller's turn: at once, if there is one left since the event loop last went round.
   * Rejects when the signal is aborted.
   * @param whole nobody else gets a turn after this one, until the event loop has gone round
   */
  take(key: string, signal: AbortSignal, whole?: boolean): Promise<void>;
  /** Takes a turn that nobody waits for, if there is one. */
  takeFree(whole?: boolean): boolean;
}

/** After so long in one round, nobody gets another turn in it. */
const ROUND_MS = 1;

/**
 * A few callers get a turn each time that the event loop goes round. Then everything else that is ready runs.
 * @param perRound how many, at most. To go round costs as much as a short piece of work, so short ones share it
 */
export function turns(perRound = 1): Turns {
  let given = 0;
  let begunMs = 0;
  // Others than the first one of a round wait until that one's work is done.
  const line = waitingLine(() => given === 0);
  const isFree = () => given === 0 || (given < perRound && performance.now() - begunMs < ROUND_MS);

  /** Gives one turn. What is done in it shows whether the round has time for another one. */
  function serveOne(): void {
    const before = given;
    line.serveWhile(() => given === before && isFree());
  }

  function give(whole: boolean): void {
    if (given === 0) {
      begunMs = performance.now();
      // Between two of these, the work of the first one is done.
      setImmediate(() => {
        given = 0;
        serveOne();
      });
      for (let further = 1; further < perRound; further += 1) setImmediate(serveOne);
    }
    given += whole ? perRound : 1;
  }

  return {
    take: (key, signal, whole = false) => line.wait(key, signal, () => give(whole)),
    takeFree(whole = false) {
      const isTaken = line.isEmpty() && isFree();
      if (isTaken) give(whole);
      return isTaken;
    },
  };
}
