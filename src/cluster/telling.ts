import type { Follower, Place } from '../controller/ports.ts';
import { inventory } from './inventory.ts';
import type { Watched } from './watched.ts';

/** Tells a follower what a watch sees, and what must be gone because the watch does not see it any more. */
export interface Telling {
  /** The watch begins again with all objects. */
  begin(): void;
  seen(object: unknown, place: Place): void;
  gone(place: Place): void;
  /** All objects that exist have been seen. */
  complete(): void;
  /** Nothing of this kind exists, because nobody has installed it. The follower is told once. */
  absent(): void;
}

export function telling<T>(
  { isWanted, read }: Pick<Watched<T>, 'isWanted' | 'read'>,
  follower: Follower<T>,
): Telling {
  const known = inventory();
  let isAbsent = false;

  function complete(): void {
    for (const place of known.end()) follower.onGone(place);
    follower.onSynced();
  }

  return {
    begin: known.begin,
    seen(object, place) {
      if (!isWanted(place.namespace)) return;
      isAbsent = false;
      known.see(place);
      let part: T;
      try {
        part = read(object, place);
      } catch (error) {
        // The object is there, and nothing else is known of it.
        follower.onError(error);
        return;
      }
      follower.onSeen(part);
    },
    gone(place) {
      if (!isWanted(place.namespace)) return;
      known.remove(place);
      follower.onGone(place);
    },
    complete() {
      isAbsent = false;
      complete();
    },
    absent() {
      if (isAbsent) return;
      isAbsent = true;
      known.begin();
      complete();
    },
  };
}
