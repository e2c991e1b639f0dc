import type { ObjectRef } from '../api/path.ts';

/** Objects that a watch follows. */
export interface Watched<T> {
  /** Plural name, for metrics and messages: `configmaps`. */
  readonly resource: string;
  /** The API path of the objects, in one namespace or in all. */
  readonly folder: string;
  readonly accept?: string;
  /** The API server may not serve this resource, because nobody has installed it. Then there are no objects. */
  readonly mayBeAbsent?: boolean;
  /** Objects of other namespaces are dropped. */
  isWanted(namespace: string): boolean;
  /**
   * The part of an object that its follower needs.
   * @throws LockstepError API_UNEXPECTED if the object does not fit its kind
   */
  read(object: unknown, place: ObjectRef): T;
}
