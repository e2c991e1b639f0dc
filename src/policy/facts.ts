import type { ConfigState } from '../digest/format.ts';
import { canonicalJson } from '../digest/template.ts';
import { sourceId, type Usage } from '../references/usage.ts';
import { type Deployment, replicasOf } from '../workloads/deployment.ts';
import type { Facts } from './decide.ts';
import { marksOf, NO_MARKS, withMarks } from './marks.ts';

/** A managed workload before and after a call, and the configuration that goes with it. */
export interface Circumstances {
  readonly operation: Facts['operation'];
  readonly workload: Deployment;
  /** Undefined on a create; the very same object as `workload` on a scale. */
  readonly before: Deployment | undefined;
  readonly used: readonly Usage[];
  readonly recorded: ConfigState | undefined;
  readonly live: ConfigState;
  readonly liveAsRecorded: string | undefined;
}

/** The template without our annotations; no annotations and an empty set of them are the same template. */
function withoutMarks(deployment: Deployment): unknown {
  const { template } = withMarks(deployment, NO_MARKS).spec;
  const { annotations, ...metadata } = template.metadata ?? {};
  return {
    ...template,
    metadata: Object.keys(annotations ?? {}).length > 0 ? { ...metadata, annotations } : metadata,
  };
}

function templateChanged({ before, workload }: Circumstances): boolean {
  if (!before) return true;
  const plain = (deployment: Deployment) => canonicalJson(withoutMarks(deployment));
  return before !== workload && plain(before) !== plain(workload);
}

/** The facts about a managed workload that a decision rests on. */
export function factsOf(circumstances: Circumstances): Facts {
  const { operation, workload, before, used, recorded, live, liveAsRecorded } = circumstances;
  return {
    operation,
    managed: true,
    referenced: used.length > 0,
    templateChanged: templateChanged(circumstances),
    marks: marksOf(workload),
    before: before ? marksOf(before) : NO_MARKS,
    recorded,
    live,
    liveAsRecorded,
    required: new Set(used.filter((usage) => usage.required).map(sourceId)),
    idle: replicasOf(before ?? workload) === 0,
  };
}
