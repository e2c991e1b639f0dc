import { messageOf } from '../errors.ts';

/** Errors of rounds that repeat themselves: each is told once for as long as it comes in every round. */
export interface Complaints {
  add(error: unknown): void;
  /** A round is over. */
  settle(): void;
}

/** @param tell gets each message that the round before did not have */
export function complaints(tell: (message: string) => void): Complaints {
  let before = new Set<string>();
  let now = new Set<string>();
  return {
    add(error) {
      const message = messageOf(error);
      if (!before.has(message) && !now.has(message)) tell(message);
      now.add(message);
    },
    settle() {
      before = now;
      now = new Set();
    },
  };
}
