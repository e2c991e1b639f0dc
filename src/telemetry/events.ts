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
    means: 'Pods start on live configuration: a copy cannot be used, or lockstep only observes.',
  },
  NotRolledAfterEdit: {
    type: 'Warning',
    means:
      'A source was edited, and the pods of a workload that uses it could not start if they were replaced.',
  },
  OutdatedPodDeleted: {
    type: 'Normal',
    means:
      'The rollout of a StatefulSet waited for a pod of an outdated revision, and lockstep has deleted it.',
  },
  RolledAfterEdit: {
    type: 'Normal',
    means: 'A source was edited, and lockstep has started the rollout of a workload that uses it.',
  },
  RolloutAfterEditFailed: {
    type: 'Warning',
    means: 'A rollout that an edit has started has failed, or takes longer than its deadline.',
  },
  SourceFlaps: {
    type: 'Warning',
    means: 'A source is edited again and again, so its workloads roll for it less often.',
  },
  WaitsForEdit: {
    type: 'Warning',
    means:
      'A workload does not roll after an edit, because another one did not come through with the same content.',
  },
  WouldDeletePod: {
    type: 'Normal',
    means: 'The rollout of a StatefulSet waits for a pod, and lockstep does not delete it: it only observes.',
  },
  WouldRoll: {
    type: 'Warning',
    means:
      'A call met changed configuration, or a source was edited. lockstep only observes, so nothing rolls.',
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
  /** Tells one occasion of a message from another. Undefined: there is one at a time. */
  readonly occasion?: string | undefined;
}

/** Records what `kubectl describe` and `kubectl get events` show. */
export interface EventRecorder {
  /**
   * Records an Event. The same message about the same object and
   * occasion is recorded once, until the API server forgets it (an hour).
   * @param message is cut to the length of an Event's message
   * @throws LockstepError what the API client throws
   */
  record(reason: EventReason, about: InvolvedObject, message: string, signal: AbortSignal): Promise<void>;
}
