import jsonpatch, { type Operation } from 'fast-json-patch';
import { nestedObject } from '../workloads/fields.ts';
import type { Workload, WorkloadKind } from '../workloads/workload.ts';
import { annotationsOf, type Marks, objectWithMarks } from './marks.ts';

/** The JSON Patch that makes the workload's object carry exactly these marks and changes nothing else. */
export function jsonPatchOf(workload: Workload, marks: Marks): Operation[] {
  return jsonpatch.compare(workload.object, objectWithMarks(workload, marks));
}

/**
 * A merge patch of an object: it fits whatever the object has become, so that only its version can
 * conflict.
 */
export interface MergePatch {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/**
 * The merge patch that makes a workload carry exactly these marks, whatever it has become since it was
 * read. A JSON Patch names what it removes and replaces: where somebody has taken that away meanwhile, the
 * API server answers 422 before it looks at the version, and a conflict would pass for a refusal.
 */
export function mergePatchOf({ templatePath }: WorkloadKind, marks: Marks): MergePatch {
  const annotations = (on: 'template' | 'workload') =>
    // In a merge patch null takes an annotation away.
    Object.fromEntries(annotationsOf(marks, on).map(([name, text]) => [name, text ?? null]));
  return {
    ...nestedObject(templatePath, { metadata: { annotations: annotations('template') } }),
    metadata: { annotations: annotations('workload') },
  };
}
