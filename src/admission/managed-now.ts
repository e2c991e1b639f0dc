import { injectSwitch } from '../policy/compat.ts';
import { injectLabel, isManaged } from '../policy/managed.ts';
import type { InvolvedObject } from '../telemetry/events.ts';
import { apiVersionOf, type Workload } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';

/** A workload as the cluster has it, and how an Event names it. */
export interface ManagedNow {
  readonly live: Workload;
  readonly object: InvolvedObject;
}

/** Reads the workload of a review, which may be invented. Undefined: the cluster has none that lockstep manages. */
export async function readManagedNow(
  deps: Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults'>,
  { kind, namespace, metadata: { name, uid } }: Workload,
  signal: AbortSignal,
): Promise<ManagedNow | undefined> {
  if (!name || !uid) return undefined;
  const [live, found] = await Promise.all([
    deps.workloads.read(kind, namespace, name, signal),
    deps.namespaces.read(namespace, signal),
  ]);
  if (!found || live?.metadata.uid !== uid) return undefined;
  if (!isManaged(injectSwitch(live, deps.defaults.compat), injectLabel(found.labels), deps.injectDefault))
    return undefined;
  return { live, object: { apiVersion: apiVersionOf(kind), kind: kind.kind, namespace, name, uid } };
}
