/**
 * The reason of a signal whose work is over. It is made once: each abort without a reason makes a DOMException with a
 * stack trace, and a review has a dozen.
 */
export const OVER = new DOMException('the work is over', 'AbortError');

/** Follows the promise, or rejects with the signal's reason as soon as the signal is aborted. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // No caller waits for it any more, so its failure is dropped.
    promise.catch(() => undefined);
    return Promise.reject(signal.reason);
  }
  const { promise: result, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return result;
}

/**
 * Waits.
 * @returns true after the time; false as soon as the signal is aborted
 */
export function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = () => {
    clearTimeout(timer);
    resolve(false);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', stop);
    resolve(true);
  }, ms);
  signal.addEventListener('abort', stop, { once: true });
  return promise;
}

/** Follows the promise for so long. Resolves with undefined if it has not settled by then. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: result, resolve, reject } = Promise.withResolvers<T | undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  promise.then(resolve, reject).finally(() => clearTimeout(timer));
  return result;
}

/** Aborts with a TimeoutError after so long, as `AbortSignal.timeout` does. Clear it with `clearTimeout`. */
export function abortAfter(controller: AbortController, ms: number): NodeJS.Timeout {
  const abort = () => controller.abort(new DOMException(`${ms} ms are over`, 'TimeoutError'));
  return setTimeout(abort, ms).unref();
}

/**
 * A signal of one's own that is also aborted when another one is. `AbortSignal.any` does the same for any number, and
 * costs several times as much.
 */
export interface Follower {
  readonly signal: AbortSignal;
  /** Follows no more, so that the other signal may live on without it. */
  leave(): void;
  /** Ends the work. */
  end(): void;
}

export function followerOf(signal: AbortSignal): Follower {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  const leave = () => signal.removeEventListener('abort', abort);
  return {
    signal: own.signal,
    leave,
    end() {
      leave();
      own.abort(OVER);
    },
  };
}
