import { sleep, unlessAborted } from '../abort.ts';

/**
 * A read that several callers may wait for. It gets a signal of its
 * own, so that one caller's deadline does not end it for the others.
 */
export type Read<T> = (signal: AbortSignal) => Promise<T>;

export interface SharedReads {
  /**
   * Resolves with the result of a read that starts after this call. A read that is already under way may be
   * older than an edit that the caller has seen. Calls with equal keys that arrive together share one read.
   */
  share<T>(key: string, signal: AbortSignal, read: Read<T>): Promise<T>;
}

/**
 * How long callers wait for the current read to end. Meanwhile
 * they gather, and then the next read starts beside it.
 */
const GATHER_MS = 20;

/** @param readTimeoutMs the longest time of one read */
export function sharedReads(readTimeoutMs: number): SharedReads {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<unknown>>();

  function start<T>(key: string, read: Read<T>): Promise<T> {
    const result = read(AbortSignal.timeout(readTimeoutMs));
    running.set(key, result);
    const done = () => {
      if (running.get(key) === result) running.delete(key);
    };
    result.then(done, done);
    return result;
  }

  async function startAfter<T>(key: string, current: Promise<unknown>, read: Read<T>): Promise<T> {
    const gathered = new AbortController();
    await Promise.race([current.catch(() => undefined), sleep(GATHER_MS, gathered.signal)]);
    gathered.abort();
    waiting.delete(key);
    return start(key, read);
  }

  return {
    share<T>(key: string, signal: AbortSignal, read: Read<T>): Promise<T> {
      const current = running.get(key);
      if (!current) return unlessAborted(start(key, read), signal);
      // Equal keys come with equal reads, so the value that waits under a key has the requested type.
      const next = (waiting.get(key) as Promise<T> | undefined) ?? startAfter(key, current, read);
      waiting.set(key, next);
      return unlessAborted(next, signal);
    },
  };
}
