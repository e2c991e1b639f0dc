import { setImmediate } from 'node:timers/promises';

/** Resolves when it is the caller's turn. */
export type Turns = () => Promise<void>;

/**
 * Spreads work that keeps the event loop busy: one caller gets a turn each time that the loop goes round. Between
 * two turns, everything else that is ready runs.
 */
export function turns(): Turns {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}
