import { messageOf } from '../errors.ts';

/** Errors of repeated rounds. An error that comes in every round is reported once. */
export interface Complaints {
  add(error: unknown): void;
  endRound(): void;
}

/** @param report gets each error whose message did not come in the round before */
export function complaints(report: (error: unknown) => void): Complaints {
  let before = new Set<string>();
  let now = new Set<string>();
  return {
    add(error) {
      const message = messageOf(error);
      if (!before.has(message) && !now.has(message)) report(error);
      now.add(message);
    },
    endRound() {
      before = now;
      now = new Set();
    },
  };
}
