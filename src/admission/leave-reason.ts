import type { CeilingDecision } from '../policy/ceiling.ts';
import type { Decision } from '../policy/decision.ts';

export type ReasonOf<Action extends Decision['action']> = Extract<Decision, { action: Action }>['reason'];

/** Why there is nothing to do. */
export type LeaveReason =
  | ReasonOf<'leave'>
  | Extract<CeilingDecision, { action: 'leave' }>['reason']
  /** The workload of a scale no longer exists. */
  | 'workload-gone'
  /** This version of lockstep does not know the kind of object, or the kind is off. */
  | 'unknown-kind'
  /**
   * Nothing keeps the template of the pod, or the cluster has no such revision as the pod names. Only revisions
   * own copies.
   */
  | 'no-revision'
  /** No DaemonSet controls the pod, as far as lockstep knows. */
  | 'no-daemonset'
  /** The pod reads copies, so it starts with the configuration of its template. */
  | 'pinned'
  /** The pod's annotations name no copy of a source that the pod refers to. */
  | 'nothing-pinned'
  /** The controller of the pod is not a Job, or the cluster has no such Job. */
  | 'no-job'
  /** Neither the pod's Job nor its namespace asks for pin. Or the pod does not ask to be held. */
  | 'not-asked'
  /** The pod's Job is suspended, so its controller makes no pods. */
  | 'suspended'
  /** All that the pod needs exists. */
  | 'configured'
  /** The pod's StatefulSet has a template by now that waits for nothing. A refusal of this pod would block it. */
  | 'mended'
  /** Nothing that lockstep knows makes the pod again if it is refused. */
  | 'no-controller'
  /** lockstep does not act in the namespace, by an option. */
  | 'excluded'
  /** lockstep only observes in the namespace, although the path of the review says something else. */
  | 'observing'
  /** An option switches this webhook's work off. */
  | 'switched-off'
  /** The workload's own controller has noted something on it. */
  | 'controllers-write'
  /** The workload takes its template from an object that lockstep does not write. */
  | 'template-elsewhere';
