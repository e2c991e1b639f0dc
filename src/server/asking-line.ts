import { places } from '../waiting/places.ts';
import { turns } from '../waiting/turns.ts';

/**
 * So many people are answered at once. Reviews use the same connections to the API server and the same event loop. An
 * answer has up to 8 reads under way, so assessments have at most 32.
 */
const AT_ONCE = 4;

/**
 * So many questions of one user may wait, and so many of all. An answer takes some 20 ms, so the last of a user's waits
 * for a quarter of a second if nobody else asks.
 */
const PER_USER = 50;
const ALL = 500;

/** Too many people ask at once. */
export class LineFull extends Error {}

/**
 * Lets people ask in turn: somebody who asks for thousands of workloads keeps neither others nor reviews waiting.
 * @returns a function that runs the work when it is the user's turn
 * @throws LineFull
 */
export function askingLine() {
  const free = places(AT_ONCE);
  const { take } = turns();
  const inside = new Map<string, number>();
  let all = 0;

  function count(user: string, by: 1 | -1): void {
    all += by;
    const now = (inside.get(user) ?? 0) + by;
    if (now > 0) inside.set(user, now);
    else inside.delete(user);
  }

  return async <T>(user: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    if (all >= ALL || (inside.get(user) ?? 0) >= PER_USER) throw new LineFull();
    count(user, 1);
    try {
      const leave = await free.enter(user, signal);
      try {
        await take(user, signal);
        return await work();
      } finally {
        leave();
      }
    } finally {
      count(user, -1);
    }
  };
}
