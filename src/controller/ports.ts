import type { Judged } from '../census/standing.ts';
import type { Target } from '../in-step/bring.ts';
import type { EventDetails } from '../telemetry/event-recorder.ts';
import type { EventReason } from '../telemetry/events.ts';
import type { Workload, WorkloadKind } from '../workloads/workload.ts';

/** What somebody who follows objects is told. */
export interface Follower<T> {
  /** The object is there, in this state. It may come again unchanged. */
  onSeen(object: T): void;
  /** The object is there no more. It may come for an object that was never seen. */
  onGone(place: Place): void;
  /** All objects have been seen that there were when this watch began. It comes again after a break. */
  onSynced(): void;
  /** The watch was refused or cut. It goes on by itself. */
  onError(error: unknown): void;
}

export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Follows objects: first all that there are, then each change. After a break nothing is missed: what has changed or
 * gone meanwhile is told. Resolves when the signal is aborted, and never rejects.
 */
export type Follow<T> = (follower: Follower<T>, signal: AbortSignal) => Promise<void>;

/** A source as a watch of metadata tells of it. Nothing else of it is kept. */
export interface SourceVersion extends Place {
  readonly kind: 'configmap' | 'secret';
  /** uid and resourceVersion, as one text. It is another one after each write. */
  readonly version: string;
}

/** A workload that is judged. The port looks at its namespace itself. */
export type ControllerTarget = Omit<Target, 'pinNamespace'>;

/** A workload that is read. */
export type ReadTarget = Pick<Target, 'kind' | 'namespace' | 'name' | 'signal'>;

/** What an Event is about. A source is looked up, because a watch does not keep all that an Event needs. */
export type EventSubject = { readonly occasion?: string | undefined } & (
  | (Place & { readonly is: 'workload'; readonly kind: WorkloadKind; readonly uid: string })
  | { readonly is: 'source'; readonly namespace: string; readonly id: string }
);

/** Records an Event. Nothing is recorded about a source that is gone. */
export type RecordEvent = (
  reason: EventReason,
  about: EventSubject,
  message: string,
  signal: AbortSignal,
  details?: EventDetails,
) => Promise<void>;

/** What the controller asks the cluster for. */
export interface ControllerPorts {
  readonly configMaps: Follow<SourceVersion>;
  /** @param referred the Secrets to poll; a watch sees all, and does not ask */
  readonly secrets: ((referred: () => Iterable<Place>) => Follow<SourceVersion>) | undefined;
  readonly workloads: (kind: WorkloadKind) => Follow<Workload>;
  /** Judges a workload, and writes only if `dryRun` is false. */
  bring(target: ControllerTarget, dryRun: boolean): Promise<Judged>;
  readonly record: RecordEvent;
  /**
   * Whether a pod of the workload's present revision is ready. `unknown`: there are too many pods to look at, or the
   * workload is gone.
   */
  readyPod(target: ReadTarget): Promise<'some' | 'none' | 'unknown'>;
}
