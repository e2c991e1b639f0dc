import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../schema.ts';
import { PodTemplate } from './pod-template.ts';
import { OwnedMeta } from './replica-set.ts';

/** The part of an apps/v1 ControllerRevision that lockstep reads. Other programs keep data of any shape in them. */
export const ControllerRevision = Type.Object({
  metadata: OwnedMeta,
  revision: maybe(Type.Integer()),
  data: Type.Optional(Type.Unknown()),
});

export type ControllerRevision = Static<typeof ControllerRevision>;

/** StatefulSets and DaemonSets keep a strategic merge patch, of which the template is the only part. */
const isPatch = Compile(Type.Object({ spec: Type.Object({ template: PodTemplate }) }));

/**
 * The label of pods that names their ControllerRevision. Pods of a StatefulSet have its name there. Pods of a
 * DaemonSet have the end of its name: `<daemonset>-<label>`.
 */
export const CONTROLLER_REVISION_HASH = 'controller-revision-hash';

/** The directive of a strategic merge patch. The controllers put it into the template that they keep. */
const PATCH_DIRECTIVE = '$patch';

/** The template that a revision keeps, as its workload had it. Undefined: it keeps none. */
export function keptTemplate({ data }: Pick<ControllerRevision, 'data'>): PodTemplate | undefined {
  if (!isPatch.Check(data)) return undefined;
  const { [PATCH_DIRECTIVE]: _directive, ...template } = { [PATCH_DIRECTIVE]: '', ...data.spec.template };
  return template;
}

/**
 * The label of the pods of the revision of this name.
 * @param says what a kind's label has: see `revisionLabel`
 */
export function labelOfRevision(revision: string, says: 'name' | 'end-of-name'): string {
  // A long name of a DaemonSet is cut before the end is added, and the end has no dash.
  return says === 'name' ? revision : revision.slice(revision.lastIndexOf('-') + 1);
}

/** Whether a pod with these labels was made from the revision of this name. */
export function isOfRevision(
  labels: Readonly<Record<string, string>> | null | undefined,
  workload: string | null | undefined,
  revision: string,
): boolean {
  const label = labels?.[CONTROLLER_REVISION_HASH];
  return label !== undefined && (label === revision || `${workload}-${label}` === revision);
}
