import type { EventPlace } from '../telemetry/event-recorder.ts';
import { nameOf, type Workload } from '../workloads/workload.ts';

/** Whose Events these are, before it is known whether the cluster has the workload. */
export const placeOf = (workload: Pick<Workload, 'kind' | 'namespace' | 'metadata'>): EventPlace => ({
  namespace: workload.namespace,
  subject: nameOf(workload),
});
