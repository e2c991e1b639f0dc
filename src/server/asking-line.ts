import { crowd } from '../waiting/crowd.ts';
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
  const enter = crowd({ perOne: PER_USER, all: ALL }, () => new LineFull());

  return <T>(user: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
    enter(user, async () => {
      const leave = await free.enter(user, signal);
      try {
        await take(user, signal);
        return await work();
      } finally {
        leave();
      }
    });
}
