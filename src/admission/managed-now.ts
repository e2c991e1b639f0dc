import { injectSwitch } from '../policy/compat.ts';
import { injectLabel, isManaged } from '../policy/managed.ts';
import type { InvolvedObject } from '../telemetry/event-recorder.ts';
import { apiVersionOf, type Workload, type WorkloadKind } from '../workloads/workload.ts';
import type { ReviewDeps } from './deps.ts';

/** A workload as the cluster has it, and how an Event names it. */
export interface ManagedNow {
  readonly live: Workload;
  readonly object: InvolvedObject;
}

type Deps = Pick<ReviewDeps, 'workloads' | 'namespaces' | 'injectDefault' | 'defaults'>;

/** A workload by its name. */
export interface NamedWorkload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** Reads a workload by its name. Undefined: the cluster has none that lockstep manages. */
export async function readManaged(
  deps: Deps,
  { kind, namespace, name }: NamedWorkload,
  signal: AbortSignal,
): Promise<ManagedNow | undefined> {
  const [live, found] = await Promise.all([
    deps.workloads.read(kind, namespace, name, signal),
    deps.namespaces.read(namespace, signal),
  ]);
  const uid = live?.metadata.uid;
  if (!found || !live || !uid) return undefined;
  if (!isManaged(injectSwitch(live, deps.defaults.compat), injectLabel(found.labels), deps.injectDefault))
    return undefined;
  return { live, object: { apiVersion: apiVersionOf(kind), kind: kind.kind, namespace, name, uid } };
}

/** Reads the workload of a review, which may be invented. Undefined: the cluster has none that lockstep manages. */
export async function readManagedNow(
  deps: Deps,
  { kind, namespace, metadata: { name, uid } }: Pick<Workload, 'kind' | 'namespace' | 'metadata'>,
  signal: AbortSignal,
): Promise<ManagedNow | undefined> {
  if (!name || !uid) return undefined;
  const found = await readManaged(deps, { kind, namespace, name }, signal);
  return found?.object.uid === uid ? found : undefined;
}
