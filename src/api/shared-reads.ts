import { abortAfter, OVER, sleep, unlessAborted } from '../abort.ts';

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

/** A read, and how many callers wait for it. */
interface SharedRead<T> {
  readonly result: Promise<T>;
  readonly abandoned: AbortController;
  waiting: number;
  hasEnded: boolean;
}

/** Waits for a read on behalf of one caller. When the last caller leaves, the read ends. */
async function waitFor<T>(read: SharedRead<T>, signal: AbortSignal): Promise<T> {
  read.waiting += 1;
  try {
    return await unlessAborted(read.result, signal);
  } finally {
    read.waiting -= 1;
    if (read.waiting === 0 && !read.hasEnded) read.abandoned.abort(signal.aborted ? signal.reason : OVER);
  }
}

/** @param readTimeoutMs the longest time of one read */
export function sharedReads(readTimeoutMs: number): SharedReads {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, SharedRead<unknown>>();

  function start<T>(key: string, read: Read<T>, abandoned: AbortController): Promise<T> {
    const timer = abortAfter(abandoned, readTimeoutMs);
    const result = read(abandoned.signal);
    running.set(key, result);
    const done = () => {
      clearTimeout(timer);
      if (running.get(key) === result) running.delete(key);
    };
    result.then(done, done);
    return result;
  }

  async function startAfter<T>(
    key: string,
    current: Promise<unknown>,
    read: Read<T>,
    abandoned: AbortController,
  ): Promise<T> {
    const gathered = new AbortController();
    await Promise.race([current.catch(() => undefined), sleep(GATHER_MS, gathered.signal)]);
    gathered.abort(OVER);
    // If it was abandoned, another one may be waiting in its place.
    if (waiting.get(key)?.abandoned === abandoned) waiting.delete(key);
    abandoned.signal.throwIfAborted();
    return start(key, read, abandoned);
  }

  return {
    share<T>(key: string, signal: AbortSignal, read: Read<T>): Promise<T> {
      // Equal keys come with equal reads, so the value that waits under a key has the requested type.
      const next = waiting.get(key) as SharedRead<T> | undefined;
      if (next && !next.abandoned.signal.aborted) return waitFor(next, signal);
      const abandoned = new AbortController();
      const current = running.get(key);
      const result = current ? startAfter(key, current, read, abandoned) : start(key, read, abandoned);
      const shared = { result, abandoned, waiting: 0, hasEnded: false };
      const end = () => {
        shared.hasEnded = true;
      };
      result.then(end, end);
      if (current) waiting.set(key, shared);
      return waitFor(shared, signal);
    },
  };
}
