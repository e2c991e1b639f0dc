import { noInitialEndError, watchError } from './errors.ts';
import type { Telling } from './telling.ts';
import type { WatchEvent } from './watch-event.ts';
import type { Ending, WatchTimes } from './watch-pace.ts';

/** Where a watch begins. */
export type Start =
  /** With all objects that there are. The API server says when these have been sent. */
  | { readonly kind: 'all' }
  /**
   * With all objects, for an API server without that. It sends what it has in memory before anything else, so a
   * bookmark follows the last of them. (cache_watcher.go) But no bookmark comes if nothing has changed. Then the end of
   * a watch tells: it is regular, so the connection worked, and had been quiet. That is why this watch is short.
   */
  | { readonly kind: 'all-older'; readonly seconds: number }
  /** With what has changed since this resourceVersion. */
  | { readonly kind: 'from'; readonly version: string };

/** What a follower of a watch knows, from one connection to the next. */
export interface WatchState {
  /** Where the next watch begins. */
  begin(): Start;
  /** Takes an event of the watch, and tells it. Returns why the watch ends, if the event ends it. */
  take(event: WatchEvent): Ending | undefined;
  /** The watch has ended. Returns how it ended, in the light of what it had to bring. */
  end(ending: Ending): Ending;
}

function endingOf(
  resource: string,
  { code, retryAfterSeconds }: Extract<WatchEvent, { kind: 'error' }>,
): Ending {
  if (code === 410) return { kind: 'expired' };
  const error = watchError(resource, code);
  return { kind: 'failed', error, ...(retryAfterSeconds && { retryAfterMs: retryAfterSeconds * 1000 }) };
}

export function watchState(
  resource: string,
  tell: Telling,
  times: Pick<WatchTimes, 'olderSeconds' | 'olderMostSeconds'>,
): WatchState {
  let version: string | undefined;
  let olderSeconds: number | undefined;

  /** Until all objects have been sent, only the end of these tells where the watch could go on. */
  function advance(event: Exclude<WatchEvent, { kind: 'error' }>): void {
    if (version !== undefined) version = event.version || version;
    else if (event.kind === 'bookmark' && (event.isInitialEnd || olderSeconds !== undefined)) {
      version = event.version;
      olderSeconds = undefined;
      tell.complete();
    }
  }

  /** The API server has ended a watch that began with all objects, and has not said where these end. */
  function endWithoutVersion(ending: Extract<Ending, { kind: 'ended' }>): Ending {
    const error = noInitialEndError(resource);
    if (olderSeconds === undefined) return { kind: 'failed', error };
    const isComplete = ending.quietMs >= (olderSeconds * 1000) / 2;
    olderSeconds = Math.min(olderSeconds * 2, times.olderMostSeconds);
    if (!isComplete) return { kind: 'failed', error };
    tell.complete();
    return ending;
  }

  return {
    begin() {
      if (version !== undefined) return { kind: 'from', version };
      tell.begin();
      return olderSeconds === undefined ? { kind: 'all' } : { kind: 'all-older', seconds: olderSeconds };
    },
    take(event) {
      if (event.kind === 'error') return endingOf(resource, event);
      if (event.kind === 'seen') tell.seen(event.object, event.place);
      if (event.kind === 'gone') tell.gone(event.place);
      advance(event);
      return undefined;
    },
    end(ending) {
      if (ending.kind === 'expired' || ending.kind === 'absent') version = undefined;
      if (ending.kind === 'absent') tell.absent();
      if (ending.kind === 'unsupported') olderSeconds = times.olderSeconds;
      if (version !== undefined) return ending;
      if (ending.kind === 'silent') return { kind: 'failed', error: ending.error };
      return ending.kind === 'ended' ? endWithoutVersion(ending) : ending;
    },
  };
}
