import type { Follow, Place } from '../../src/controller/ports.ts';

/** What a follower has been told. */
export interface Following<T> {
  /** The objects that exist, by `namespace/name`. */
  readonly objects: ReadonlyMap<string, T>;
  /** All that was told, as `seen a`, `gone a`, `synced`. */
  readonly told: string[];
  readonly errors: string[];
  readonly synced: () => number;
  /** Ends it, and waits until it has ended. */
  stop(): Promise<void>;
}

/** Follows objects until it is stopped. */
export function follow<T>(follows: Follow<T>, placeOf: (object: T) => Place): Following<T> {
  const [objects, told, errors]: [Map<string, T>, string[], string[]] = [new Map(), [], []];
  const ended = new AbortController();
  const keyOf = ({ namespace, name }: Place) => `${namespace}/${name}`;
  const running = follows(
    {
      onSeen(object) {
        const place = placeOf(object);
        objects.set(keyOf(place), object);
        told.push(`seen ${place.name}`);
      },
      onGone(place) {
        objects.delete(keyOf(place));
        told.push(`gone ${place.name}`);
      },
      onSynced: () => void told.push('synced'),
      onError: (error) => void errors.push(error instanceof Error ? error.message : String(error)),
    },
    ended.signal,
  );
  return {
    objects,
    told,
    errors,
    synced: () => told.filter((each) => each === 'synced').length,
    async stop() {
      ended.abort();
      await running;
    },
  };
}
