import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { apiVersionOf, type WorkloadKind } from '../../src/workloads/workload.ts';

/**
 * How a StatefulSet replaces pods. `written out` is `{type: RollingUpdate}`: the API completes only an update
 * strategy that is empty.
 */
export const STATEFUL_UPDATES = ['default', 'written out', 'partition', 'on delete'] as const;
export type StatefulUpdate = (typeof STATEFUL_UPDATES)[number];

/** How a DaemonSet replaces pods. `surge`: it starts the new pod before it stops the old one. */
export const DAEMON_UPDATES = ['rolling', 'surge', 'on delete'] as const;
export type DaemonUpdate = (typeof DAEMON_UPDATES)[number];

/** What kind a workload of a history is, and how it makes and replaces pods. */
export type Shape =
  | { readonly kind: 'Deployment' }
  | {
      readonly kind: 'StatefulSet';
      readonly policy: 'OrderedReady' | 'Parallel';
      readonly update: StatefulUpdate;
    }
  | { readonly kind: 'DaemonSet'; readonly update: DaemonUpdate };

/** `StatefulSet (Parallel, partition)` */
export function describeShape(shape: Shape): string {
  const words = [
    ...('policy' in shape ? [shape.policy] : []),
    ...('update' in shape && shape.update !== 'default' ? [shape.update] : []),
  ];
  return words.length > 0 ? `${shape.kind} (${words.join(', ')})` : shape.kind;
}

/** The row of a kind. */
export function rowOf({ kind }: Shape): WorkloadKind {
  const row = WORKLOAD_KINDS.find((each) => each.kind === kind);
  if (!row) throw new Error(`lockstep knows no ${kind}`);
  return row;
}

/** `/apis/apps/v1/namespaces/shop/statefulsets` */
export const folderOf = (namespace: string, row: WorkloadKind): string =>
  `/apis/${apiVersionOf(row)}/namespaces/${namespace}/${row.resource}`;
