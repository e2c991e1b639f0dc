/**
 * The Events that lockstep records. `docs/errors.md` says
 * what to do about each; a test compares the two lists.
 */
export const EVENTS = {
  ConfigurationDiffers: {
    type: 'Warning',
    means: 'A pod of the DaemonSet starts with newer configuration than its other pods, which do not roll.',
  },
  ImmutableSourceRecreated: {
    type: 'Warning',
    means: 'An immutable ConfigMap or Secret was made anew, and nodes may give new pods its old content.',
  },
  NotPinned: {
    type: 'Warning',
    means: 'Pods of the object start on live configuration, because a copy cannot be used.',
  },
  OutdatedPodDeleted: {
    type: 'Normal',
    means:
      'The rollout of a StatefulSet waited for a pod of an outdated revision, and lockstep has deleted it.',
  },
} as const satisfies Readonly<Record<string, { type: 'Normal' | 'Warning'; means: string }>>;

/** Enough time for the few calls that an Event takes, in milliseconds. No answer waits for it. */
export const EVENT_MS = 5_000;

export type EventReason = keyof typeof EVENTS;

/** The object that an Event is about. */
export interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Records what `kubectl describe` and `kubectl get events` show. */
export interface EventRecorder {
  /**
   * Records an Event. The same message about the same object is
   * recorded once, until the API server forgets it (an hour).
   * @param message is cut to the length of an Event's message
   * @throws LockstepError what the API client throws
   */
  record(reason: EventReason, about: InvolvedObject, message: string, signal: AbortSignal): Promise<void>;
}
