import type { EventReason } from './events.ts';

/** Enough time for the few calls that an Event takes, in milliseconds. No answer waits for it. */
export const EVENT_MS = 5_000;

/** An object as an Event names it. */
export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** The object that an Event is about. */
export interface InvolvedObject extends NamedObject {
  readonly uid: string;
  /**
   * Tells one occasion from another: the same reason about the same object and occasion is recorded once, whatever the
   * words. Undefined: the words tell.
   */
  readonly occasion?: string | undefined;
}

/** What an Event says besides its message. */
export interface EventDetails {
  /** The other object: the source that has changed, the ReplicaSet that was to grow. */
  readonly related?: NamedObject | undefined;
  /** Annotations of the Event, for programs. None holds a value, or the name of a key. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Where the cost of a look belongs, before it is known whether the cluster has such an object. */
export interface EventPlace {
  readonly namespace: string;
  /** `deployment/web` */
  readonly subject: string;
}

/** `not-yet`: what is to be told has not come about, and may still do so. */
export type EventJob = (signal: AbortSignal) => Promise<'not-yet' | undefined>;

/** Records what `kubectl describe` and `kubectl get events` show. */
export interface EventRecorder {
  /**
   * Records an Event. The same Event is recorded once, until the API server forgets it (an hour). An Event too many,
   * about one object or in one namespace, is dropped.
   * @param message is cut to the length of an Event's note
   * @throws LockstepError what the API client throws
   */
  record(
    reason: EventReason,
    about: InvolvedObject,
    message: string,
    signal: AbortSignal,
    details?: EventDetails,
  ): Promise<void>;
  /**
   * Does what leads to an Event, some time later: it looks whether the cluster has what the Event is about, and records
   * it. Returns at once, and never throws. A job too many is dropped.
   * @param afterMs how long to wait first: until the API server has stored what it is about to store
   */
  later(place: EventPlace, job: EventJob, afterMs?: number): void;
}
