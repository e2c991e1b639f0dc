import { type Static, Type } from 'typebox';
import type { Checked } from './check.ts';
import type { LabelSelector } from './label-selector.ts';
import type { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';
import type { Strategy } from './strategy.ts';

/** An object with metadata. */
export const WorkloadObject = Type.Object({ metadata: ObjectMeta });
export type WorkloadObject = Static<typeof WorkloadObject>;

/** How far a workload's controller has come with the present template. */
export interface Rollout {
  /** The controller has seen the present spec, so its revisions belong to the present template. */
  readonly observed: boolean;
  /** The controller has given up, so no new pods are to be expected. */
  readonly failed: boolean;
  /** The controller's name for the present revision. Undefined: it has not named one. */
  readonly revision: string | undefined;
  /** Undefined: rollouts of this kind have no stages. */
  readonly stage?: RolloutStage;
  /** How far the template is that the controller has observed last. It may be an earlier one: see `progressOf`. */
  readonly progress: Progress;
  /** Which failure it is, if it has failed: the time at which its controller noted it, as text. */
  readonly failure?: string | undefined;
  /** How long the controller waits for progress until it gives up, in milliseconds. Undefined: it never does. */
  readonly deadlineMs?: number | undefined;
  /** The generation of the workload whose template it takes, as its controller has observed it. */
  readonly observedReferred?: number;
}

/**
 * How far the rollout of a template is.
 * - `complete`: all pods that it replaces are of the template, and available
 * - `failed`: the controller has given up, or somebody has decided against the template
 */
export type Progress = 'complete' | 'under-way' | 'failed';

/**
 * Where the rollout of an Argo Rollout or a DaemonSet stands.
 * - `settled`: all pods are of one revision, or of the first
 * - `under-way`: steps, analyses or a person decide whether the present revision replaces the stable one
 * - `aborted`: somebody or an analysis decided against it. The template still is the one that was aborted
 */
export type RolloutStage = 'settled' | 'under-way' | 'aborted';

/** The object whose template a workload takes, in the workload's own words. */
export interface TemplateRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** What a workload says in its spec and status. */
export interface WorkloadFields {
  readonly template: PodTemplate;
  /** The workload takes its template from another object, and has none of its own. */
  readonly templateRef?: TemplateRef | undefined;
  /** The number of pods that it asks for. Undefined: the kind has no such number. */
  readonly replicas: number | undefined;
  /** A new template starts no rollout until somebody resumes the workload. */
  readonly paused: boolean;
  readonly strategy: Strategy;
  /** It selects the workload's own pods and revisions. Undefined: the workload does not say. */
  readonly selector: LabelSelector | undefined;
  readonly rollout: Rollout;
}

/** One row of the table of kinds: where the API serves the kind, and how its workloads work. */
export interface WorkloadKind {
  /** `apps`. Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** `Deployment` */
  readonly kind: string;
  /** `deployments`, as paths of the API have it. */
  readonly resource: string;
  /** `deployment`, as `deployment/web` has it. */
  readonly singular: string;
  /** The fields that lead to the pod template. */
  readonly templatePath: readonly string[];
  /** The kind has a scale subresource. */
  readonly scale: boolean;
  /** The kind of object that keeps the earlier templates. Undefined: nothing keeps them. */
  readonly revisions: 'ReplicaSet' | 'ControllerRevision' | undefined;
  /**
   * What the label `controller-revision-hash` of its pods has: the name of their ControllerRevision, or the end of
   * it: `<workload>-<label>`. Undefined: its revisions are none.
   */
  readonly revisionLabel?: 'name' | 'end-of-name';
  /**
   * While one of its pods cannot be created, its controller does nothing else, and asks for the same revision again,
   * also after a new template.
   */
  readonly refusedPodBlocks?: boolean;
  /** An undo also brings back the annotations that the workload itself had, not only its template. */
  readonly undoBringsMetadata: boolean;
  /** Annotations that the kind's controller writes on a workload itself, in its own time. */
  readonly controllerAnnotations: readonly string[];
  /**
   * A custom resource. The API server adds no defaults to its template, so its revisions have more than it. Its
   * controller writes whole objects, in the way in which its own types print them.
   */
  readonly isCustom?: true;
  /** lockstep may keep a revision that is no longer current from growing. */
  readonly ceiling: boolean;
  /** Checks the part of the object that lockstep reads, and says where it does not fit the kind. */
  check(body: unknown): Checked<WorkloadObject>;
  /** @param object an object that passed `check` */
  fieldsOf(object: WorkloadObject): WorkloadFields;
}

/** The view of a workload. It is the same for every kind. */
export interface Workload extends WorkloadFields {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly metadata: WorkloadObject['metadata'];
  /** The object as the API has it, with its unknown fields. */
  readonly object: WorkloadObject;
  /**
   * The workload that takes its template from this one, and whose controller makes the pods and revisions.
   * `unknown`: there is one, or may be one, and it is not known which.
   */
  readonly runner?: Workload | 'unknown';
}

/**
 * The view of a workload that makes no pods itself, but whose template another one takes: the pods, and how they are
 * replaced, are the other's.
 */
export function runBy(workload: Workload, runner: Workload | 'unknown'): Workload {
  // Nothing tells how many pods there are, so it has some.
  if (runner === 'unknown') return { ...workload, replicas: undefined, runner };
  const { replicas, paused, strategy, rollout } = runner;
  return { ...workload, replicas, paused, strategy, rollout, runner };
}

/**
 * The view of an object.
 * @param object an object that passed the kind's `check`
 * @param namespace the object itself may not name it yet
 */
export function workloadOf(kind: WorkloadKind, object: WorkloadObject, namespace: string): Workload {
  return { ...kind.fieldsOf(object), kind, namespace, metadata: object.metadata, object };
}

/** `deployment/web`, or `deployment/web-*` if the API server has yet to complete a generateName. */
export function displayName(
  singular: string,
  { name, generateName }: Pick<WorkloadObject['metadata'], 'name' | 'generateName'>,
): string {
  return `${singular}/${name || `${generateName ?? ''}*`}`;
}

/** `deployment/web` */
export function nameOf({ kind, metadata }: Pick<Workload, 'kind' | 'metadata'>): string {
  return displayName(kind.singular, metadata);
}

/** The annotations of a workload without those that its controller writes. */
export function annotationsOfUsers({ kind, metadata }: Pick<Workload, 'kind' | 'metadata'>) {
  const annotations = Object.entries(metadata.annotations ?? {});
  return Object.fromEntries(annotations.filter(([name]) => !kind.controllerAnnotations.includes(name)));
}

/** `apps/v1` */
export function apiVersionOf({ group, version }: Pick<WorkloadKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Whether the workload has no pods to keep in step, because it is scaled to 0 replicas. */
export function isIdle({ replicas }: Pick<Workload, 'replicas'>): boolean {
  return replicas === 0;
}
