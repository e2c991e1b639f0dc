import type { ClusterNetwork } from './cluster-network.ts';

/** The users that have a token each: the admin, each component, and each real node's kubelet. */
export type UserId =
  | 'admin'
  | 'controller-manager'
  | 'scheduler'
  | 'kwok'
  | 'kube-proxy'
  | `kubelet-${string}`;

/** A user of the API server, with the names that Kubernetes' own RBAC binds. */
export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly group: string;
}

/** The users of a cluster. */
export function usersOf({ realNodes }: ClusterNetwork): readonly User[] {
  return [
    { id: 'admin', name: 'admin', group: 'system:masters' },
    { id: 'controller-manager', name: 'system:kube-controller-manager', group: '' },
    { id: 'scheduler', name: 'system:kube-scheduler', group: '' },
    { id: 'kwok', name: 'kwok', group: 'system:masters' },
    { id: 'kube-proxy', name: 'system:kube-proxy', group: '' },
    ...realNodes.map(
      (node): User => ({ id: `kubelet-${node}`, name: `system:node:${node}`, group: 'system:nodes' }),
    ),
  ];
}
