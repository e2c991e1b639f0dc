import { type Static, Type } from 'typebox';
import type { Checked } from './check.ts';
import type { LabelSelector } from './label-selector.ts';
import type { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';

/** What every object with metadata has. */
export const WorkloadObject = Type.Object({ metadata: ObjectMeta });
export type WorkloadObject = Static<typeof WorkloadObject>;

/** How far a workload's controller has come with the present template. */
export interface Rollout {
  /** The controller has seen the present spec, so that its revisions speak of the present template. */
  readonly observed: boolean;
  /** The controller has given up: new pods are not to be expected. */
  readonly failed: boolean;
  /** When all pods of the present template were available, in seconds since the epoch; undefined: not yet. */
  readonly completedAt: number | undefined;
  /** What the controller calls the present revision; undefined: it has not named one. */
  readonly revision: string | undefined;
}

/** What a kind of workload says of itself beside its metadata. */
export interface WorkloadFields {
  readonly template: PodTemplate;
  /** Pods wanted; undefined: the kind has no such number. */
  readonly replicas: number | undefined;
  /** A new template starts no rollout until somebody resumes it. */
  readonly paused: boolean;
  /** Which pods and revisions are its own; undefined: it does not say. */
  readonly selector: LabelSelector | undefined;
  readonly rollout: Rollout;
}

/** One row of the table of kinds: where a kind lives in the API, and how it works. */
export interface WorkloadKind {
  /** `apps`; empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** `Deployment` */
  readonly kind: string;
  /** `deployments`, as in paths of the API. */
  readonly resource: string;
  /** `deployment`, as in `deployment/web`. */
  readonly singular: string;
  /** Fields that lead to the pod template. */
  readonly templatePath: readonly string[];
  /** It has a scale subresource. */
  readonly scale: boolean;
  /** What keeps the templates that it had; undefined: nothing does. */
  readonly revisions: 'ReplicaSet' | undefined;
  /** A revision that is no longer current may be kept from growing. */
  readonly ceiling: boolean;
  /** Whether this is an object of the kind, as far as lockstep reads it; else where it is not. */
  check(body: unknown): Checked<WorkloadObject>;
  /** @param object one that `check` has let through */
  fieldsOf(object: WorkloadObject): WorkloadFields;
}

/** A workload, seen in the same way whatever its kind. */
export interface Workload extends WorkloadFields {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly metadata: WorkloadObject['metadata'];
  /** As the API has it, unknown fields included. */
  readonly object: WorkloadObject;
}

/**
 * The view of an object.
 * @param object one that the kind's `check` has let through
 * @param namespace its own may not be filled in yet
 */
export function workloadOf(kind: WorkloadKind, object: WorkloadObject, namespace: string): Workload {
  return { ...kind.fieldsOf(object), kind, namespace, metadata: object.metadata, object };
}

/** `deployment/web`, or `deployment/web-*` where the API server has yet to complete a generateName. */
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

/** `apps/v1` */
export function apiVersionOf({ group, version }: Pick<WorkloadKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The workload has no pods to keep in step: it stands at 0 replicas. */
export function isIdle({ replicas }: Pick<Workload, 'replicas'>): boolean {
  return replicas === 0;
}
