import { randomInt } from 'node:crypto';
import { sleep } from '../abort.ts';
import type { ApiClient } from '../api/client.ts';
import { isSilentWatchError } from '../api/errors.ts';
import { segment } from '../api/path.ts';
import type { WatchAnswer, WatchLine } from '../api/watch.ts';
import type { Follow, Follower } from '../controller/ports.ts';
import { telling } from './telling.ts';
import { toWatchEvent, type WatchEvent } from './watch-event.ts';
import { type Ending, faultsInARow, WATCH_TIMES, type WatchTimes, waitMs } from './watch-pace.ts';
import { type Start, type WatchState, watchState } from './watch-state.ts';
import type { Watched } from './watched.ts';

/** How much longer than asked for a watch may live. */
const GRACE_MS = 60_000;

function queryOf(start: Start, { leastSeconds, mostSeconds }: WatchTimes): string {
  // Watches that began together must not end together.
  const seconds = start.kind === 'all-older' ? start.seconds : randomInt(leastSeconds, mostSeconds + 1);
  const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}`;
  if (start.kind === 'from') return `${query}&resourceVersion=${segment(start.version)}`;
  if (start.kind === 'all-older') return `${query}&resourceVersion=0`;
  return `${query}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`;
}

/** What a refusal of a watch means. */
function refusalOf(
  { status, error, retryAfter }: Extract<WatchAnswer, { kind: 'refused' }>,
  start: Start,
  mayBeAbsent: boolean,
): Ending {
  if (status === 410) return { kind: 'expired' };
  if (status === 403) return { kind: 'forbidden', error };
  if (status === 404 && mayBeAbsent) return { kind: 'absent' };
  if (status === 400 || status === 422) {
    if (start.kind === 'all') return { kind: 'unsupported' };
    // It does not know this resourceVersion. It may be another cluster, or one that was restored.
    if (start.kind === 'from') return { kind: 'expired' };
  }
  // In seconds. A load balancer may send a date: then our own pace applies.
  const retryAfterMs = Number(retryAfter ?? Number.NaN) * 1000;
  return { kind: 'failed', error, ...(!Number.isNaN(retryAfterMs) && { retryAfterMs }) };
}

/** The event of a line. Undefined: there is none, and the follower has been told why. */
function eventOf(line: WatchLine, { onError }: Pick<Follower<never>, 'onError'>): WatchEvent | undefined {
  if (line.kind === 'skipped') {
    onError(line.error);
    return undefined;
  }
  try {
    return toWatchEvent(line.event);
  } catch (error) {
    onError(error);
    return undefined;
  }
}

/** Watches once, until the watch ends. */
async function watchOnce<T>(
  client: Pick<ApiClient, 'watch'>,
  { resource, folder, accept, mayBeAbsent = false }: Watched<T>,
  state: WatchState,
  onError: Follower<T>['onError'],
  times: WatchTimes,
  signal: AbortSignal,
): Promise<Ending> {
  try {
    const start = state.begin();
    const path = `${folder}?${queryOf(start, times)}`;
    const { silenceMs, mostSeconds } = times;
    // The API server ends each watch. This is for something on the way that never does.
    const longest = AbortSignal.any([signal, AbortSignal.timeout(mostSeconds * 1000 + GRACE_MS)]);
    const options = { silenceMs, signal: longest, ...(accept && { accept }) };
    const answer = await client.watch({ resource, path, ...options });
    if (answer.kind === 'refused') return refusalOf(answer, start, mayBeAbsent);
    let quietSince = performance.now();
    for await (const line of answer.lines) {
      quietSince = performance.now();
      const event = eventOf(line, { onError });
      const ending = event && state.take(event);
      if (ending) return ending;
    }
    return { kind: 'ended', quietMs: performance.now() - quietSince };
  } catch (error) {
    return { kind: isSilentWatchError(error) ? 'silent' : 'failed', error };
  }
}

/**
 * Follows objects by a watch that begins with all of them. That needs the right to `watch` only. After a break it goes
 * on where it was, or begins again with all.
 */
export function followWatch<T>(
  client: Pick<ApiClient, 'watch'>,
  watched: Watched<T>,
  times: WatchTimes = WATCH_TIMES,
): Follow<T> {
  return async (follower, signal) => {
    const state = watchState(watched.resource, telling(watched, follower), times);
    const onError = (error: unknown) => follower.onError(error);
    let faults = 0;
    while (!signal.aborted) {
      const began = performance.now();
      const ending = await watchOnce(client, watched, state, onError, times, signal);
      if (signal.aborted) return;
      const final = state.end(ending);
      // A connection that is dead shows when the next one is made.
      if ('error' in final && final.kind !== 'silent') follower.onError(final.error);
      faults = faultsInARow(faults, final, performance.now() - began, times);
      await sleep(waitMs(final, faults, times), signal);
    }
  };
}
