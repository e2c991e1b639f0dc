import { unlessAborted } from '../abort.ts';

/**
 * A read that many may wait for. It gets a signal of its own: one caller's deadline must not end it for the
 * others.
 */
export type Read<T> = (signal: AbortSignal) => Promise<T>;

export interface SharedReads {
  /**
   * What `read` gives, from a read that starts after this call. A read that is already under way may be
   * older than an edit that the caller has seen. Calls with equal keys that arrive together share one.
   */
  share<T>(key: string, signal: AbortSignal, read: Read<T>): Promise<T>;
}

/** How long callers wait for the read under way to end, and gather, before the next one starts beside it. */
const GATHER_MS = 20;

function after(ms: number): { elapsed: Promise<void>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return { elapsed: promise, cancel: () => clearTimeout(timer) };
}

/** @param readTimeoutMs the longest that one read may take */
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

  async function startAfter<T>(key: string, under: Promise<unknown>, read: Read<T>): Promise<T> {
    const pause = after(GATHER_MS);
    await Promise.race([under.catch(() => undefined), pause.elapsed]);
    pause.cancel();
    waiting.delete(key);
    return start(key, read);
  }

  return {
    share<T>(key: string, signal: AbortSignal, read: Read<T>): Promise<T> {
      const under = running.get(key);
      if (!under) return unlessAborted(start(key, read), signal);
      // Equal keys come with equal reads, so what waits under a key has the type that is asked for.
      const next = (waiting.get(key) as Promise<T> | undefined) ?? startAfter(key, under, read);
      waiting.set(key, next);
      return unlessAborted(next, signal);
    },
  };
}
