import { messageOf } from '../errors.ts';

/** Errors of rounds that repeat themselves: each is told once for as long as it comes in every round. */
export interface Complaints {
  add(error: unknown): void;
  endRound(): void;
}

/** @param tell gets each error whose message the round before did not have */
export function complaints(tell: (error: unknown) => void): Complaints {
  let before = new Set<string>();
  let now = new Set<string>();
  return {
    add(error) {
      const message = messageOf(error);
      if (!before.has(message) && !now.has(message)) tell(error);
      now.add(message);
    },
    endRound() {
      before = now;
      now = new Set();
    },
  };
}
