import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { apiVersionOf, type WorkloadKind } from '../../src/workloads/workload.ts';

/** What kind a workload of a history is, and how it replaces pods. */
export type Shape = { readonly kind: 'Deployment' };

/** `StatefulSet (Parallel, partition)` */
export const describeShape = ({ kind }: Shape): string => kind;

/** The row of a kind. */
export function rowOf(kind: Shape['kind']): WorkloadKind {
  const row = WORKLOAD_KINDS.find((each) => each.kind === kind);
  if (!row) throw new Error(`lockstep knows no ${kind}`);
  return row;
}

/** `/apis/apps/v1/namespaces/shop/statefulsets` */
export const folderOf = (namespace: string, row: WorkloadKind): string =>
  `/apis/${apiVersionOf(row)}/namespaces/${namespace}/${row.resource}`;
