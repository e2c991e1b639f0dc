/** How a watch ended. */
export type Ending =
  /** The API server ended it: its time was over, or the API server itself ends. */
  | {
      readonly kind: 'ended';
      /** For how long there had been no event, in milliseconds. */
      readonly quietMs: number;
    }
  /** There was no event for so long that the connection may be dead. Or nothing has changed. */
  | { readonly kind: 'silent'; readonly error: unknown }
  /** 410: the API server no longer has what has changed since. */
  | { readonly kind: 'expired' }
  /** The API server does not know watches that begin with all objects. */
  | { readonly kind: 'unsupported' }
  /** The API server does not serve the kind, because nobody has installed it. */
  | { readonly kind: 'absent' }
  /** It waits for a person. */
  | { readonly kind: 'forbidden'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown; readonly retryAfterMs?: number };

/** How a watch goes on, in milliseconds where the name does not say seconds. */
export interface WatchTimes {
  /** The first wait after a fault. Each further one is twice as long. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** The wait for what a person has to change: a right, or a kind that is not installed. */
  readonly slowMs: number;
  /** A watch that lived for so long ends a row of faults. */
  readonly calmMs: number;
  /**
   * A watch without an event for so long may have a dead connection. A bookmark comes about once a minute, but only if
   * etcd has told the API server of progress.
   */
  readonly silenceMs: number;
  /** The API server ends a watch after a time between these. */
  readonly leastSeconds: number;
  readonly mostSeconds: number;
  /** How long the first watch of an API server without streaming lists is, and the longest that begins with all. */
  readonly olderSeconds: number;
  readonly olderMostSeconds: number;
}

/** The waits and lengths are those of client-go's reflector. */
export const WATCH_TIMES: WatchTimes = {
  firstMs: 800,
  mostMs: 30_000,
  slowMs: 60_000,
  calmMs: 30_000,
  silenceMs: 150_000,
  leastSeconds: 300,
  mostSeconds: 600,
  olderSeconds: 10,
  // Shorter than the silence that ends a watch.
  olderMostSeconds: 120,
};

/** An API server that asks for more than this is not believed. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** A watch that the API server ends earlier than this is a fault: it would begin again all the time. */
const SHORTEST_MS = 1_000;

/**
 * How many faults there have been in a row, this ending included.
 * @param livedMs how long the watch was open
 */
export function faultsInARow(
  faults: number,
  ending: Ending,
  livedMs: number,
  { calmMs }: WatchTimes,
): number {
  if (ending.kind === 'unsupported') return faults;
  if ((ending.kind === 'ended' || ending.kind === 'silent') && livedMs >= SHORTEST_MS) return 0;
  return livedMs >= calmMs ? 1 : faults + 1;
}

/**
 * How long to wait before the watch begins again, in milliseconds.
 * @param faults in a row, this ending included
 */
export function waitMs(ending: Ending, faults: number, times: WatchTimes): number {
  const spread = 1 + Math.random();
  if (ending.kind === 'absent' || ending.kind === 'forbidden') return times.slowMs * spread;
  if (faults === 0 || ending.kind === 'unsupported') return 0;
  const own = Math.min(times.firstMs * 2 ** (faults - 1), times.mostMs) * spread;
  if (ending.kind !== 'failed' || ending.retryAfterMs === undefined) return own;
  // Those that were refused together must not come again together.
  const asked = Math.min(ending.retryAfterMs, LONGEST_RETRY_AFTER_MS) + times.firstMs * Math.random();
  return Math.max(own, asked);
}
