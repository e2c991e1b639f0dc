interface EventKind {
  readonly type: 'Normal' | 'Warning';
  /** What lockstep does at that moment, as machines read it: the Event's `action`. */
  readonly action: string;
  readonly means: string;
}

/**
 * The Events that lockstep records. `docs/errors.md` says what to do about each; a test compares the two lists, and
 * another one compares them with the chart's policy.
 */
export const EVENTS = {
  ConfigurationDiffers: {
    type: 'Warning',
    action: 'LeaveOthers',
    means: 'A pod of the DaemonSet starts with newer configuration than its other pods, which do not roll.',
  },
  CopiesSwept: {
    type: 'Normal',
    action: 'DeleteCopies',
    means: 'Copies of a source were deleted, because no workload named them any more.',
  },
  Held: {
    type: 'Normal',
    action: 'Hold',
    means: 'An undo brought back earlier configuration, and the workload keeps it until the next edit.',
  },
  HoldEnded: {
    type: 'Normal',
    action: 'EndHold',
    means: 'The workload is no longer held at earlier configuration.',
  },
  ImmutableSourceRecreated: {
    type: 'Warning',
    action: 'Check',
    means: 'An immutable ConfigMap or Secret was made anew, and nodes may give new pods its old content.',
  },
  NotChecked: {
    type: 'Warning',
    action: 'Check',
    means:
      'lockstep could not check a call on the workload, so its pods may differ, or the call was refused.',
  },
  NotPinned: {
    type: 'Warning',
    action: 'Pin',
    means: 'Pods start on live configuration: a copy cannot be used, or lockstep only observes.',
  },
  NotRolled: {
    type: 'Warning',
    action: 'Wait',
    means: 'A call met a source that is missing, and pods could not start if they were replaced.',
  },
  NotRolledAfterEdit: {
    type: 'Warning',
    action: 'Wait',
    means:
      'A source was edited, and the pods of a workload that uses it could not start if they were replaced.',
  },
  OutdatedPodDeleted: {
    type: 'Normal',
    action: 'DeletePod',
    means:
      'The rollout of a StatefulSet waited for a pod of an outdated revision, and lockstep has deleted it.',
  },
  PodsHeldBack: {
    type: 'Normal',
    action: 'HoldBack',
    means: 'A ReplicaSet with earlier configuration was to grow, and keeps its size.',
  },
  RollWaits: {
    type: 'Normal',
    action: 'Wait',
    means: 'A source has changed, and a workload that uses it does not roll yet, or not by this call.',
  },
  Rolled: {
    type: 'Normal',
    action: 'Roll',
    means: 'A call met changed configuration, and lockstep has started the rollout of the workload.',
  },
  RolledAfterEdit: {
    type: 'Normal',
    action: 'Roll',
    means: 'A source was edited, and lockstep has started the rollout of a workload that uses it.',
  },
  RolloutAfterEditFailed: {
    type: 'Warning',
    action: 'Stop',
    means: 'A rollout that an edit has started has failed, or takes longer than its deadline.',
  },
  SourceFlaps: {
    type: 'Warning',
    action: 'Wait',
    means: 'A source is edited again and again, so its workloads roll for it less often.',
  },
  WaitsForEdit: {
    type: 'Warning',
    action: 'Stop',
    means:
      'A workload does not roll after an edit, because another one did not come through with the same content.',
  },
  WouldDeletePod: {
    type: 'Normal',
    action: 'Observe',
    means: 'The rollout of a StatefulSet waits for a pod, and lockstep does not delete it: it only observes.',
  },
  WouldRoll: {
    type: 'Warning',
    action: 'Observe',
    means:
      'A call met changed configuration, or a source was edited. lockstep only observes, so nothing rolls.',
  },
} as const satisfies Readonly<Record<string, EventKind>>;

export type EventReason = keyof typeof EVENTS;
