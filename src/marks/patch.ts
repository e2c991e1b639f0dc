import jsonpatch, { type Operation } from 'fast-json-patch';
import { nestedObject } from '../workloads/fields.ts';
import type { Workload, WorkloadKind } from '../workloads/workload.ts';
import { annotationsOf, type Marks, objectWithMarks } from './marks.ts';

/** The JSON Patch that makes the workload's object carry exactly these marks. It changes nothing else. */
export function jsonPatchOf(workload: Workload, marks: Marks): Operation[] {
  return jsonpatch.compare(workload.object, objectWithMarks(workload, marks));
}

/** A merge patch of an object. It fits any content, so only the version of the object can conflict. */
export interface MergePatch {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/**
 * The merge patch that makes a workload carry exactly these marks, even if it changed after it was read. A
 * JSON Patch would not do, because it names the fields that it removes or replaces. If somebody has removed
 * such a field, the API server answers 422 before it compares versions. The conflict would look like a
 * refusal.
 * @param notes further annotations of the workload itself
 */
export function mergePatchOf(
  { templatePath }: WorkloadKind,
  marks: Marks,
  notes: Readonly<Record<string, string>> = {},
): MergePatch {
  const annotations = (on: 'template' | 'workload') =>
    // In a merge patch, null removes the annotation.
    Object.fromEntries(annotationsOf(marks, on).map(([name, text]) => [name, text ?? null]));
  return {
    ...nestedObject(templatePath, { metadata: { annotations: annotations('template') } }),
    metadata: { annotations: { ...annotations('workload'), ...notes } },
  };
}
