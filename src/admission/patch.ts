import jsonpatch, { type Operation } from 'fast-json-patch';
import type { MergePatch } from '../cluster/workloads.ts';
import {
  BASELINE,
  CONFIG_HASH,
  CONFIG_SOURCES,
  HELD,
  type Marks,
  PINNED,
  withMarks,
} from '../marks/marks.ts';
import type { Deployment } from '../workloads/deployment.ts';

/** The JSON Patch that makes the Deployment carry exactly these marks and changes nothing else. */
export function marksPatch(deployment: Deployment, marks: Marks): Operation[] {
  return jsonpatch.compare(deployment, withMarks(deployment, marks));
}

/**
 * The merge patch that makes a Deployment carry exactly these marks, whatever it has become since it was read. A JSON Patch
 * names what it removes and replaces: where somebody has taken that away meanwhile, the API server answers 422 before it
 * looks at the version, and a conflict would pass for a refusal.
 */
export function marksMergePatch({ hash, sources, pinned, baseline, held }: Marks): MergePatch {
  const onTemplate = {
    [CONFIG_HASH]: hash ?? null,
    [CONFIG_SOURCES]: sources ?? null,
    [PINNED]: pinned ?? null,
  };
  return {
    metadata: { annotations: { [BASELINE]: baseline ?? null, [HELD]: held ?? null } },
    spec: { template: { metadata: { annotations: onTemplate } } },
  };
}
