import jsonpatch, { type Operation } from 'fast-json-patch';
import { type Marks, withMarks } from '../policy/marks.ts';
import type { Deployment } from '../workloads/deployment.ts';

/** The JSON Patch that makes the Deployment carry exactly these marks and changes nothing else. */
export function marksPatch(deployment: Deployment, marks: Marks): Operation[] {
  return jsonpatch.compare(deployment, withMarks(deployment, marks));
}
