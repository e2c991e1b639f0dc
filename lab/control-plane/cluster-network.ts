/** The addresses that a control plane has, and the nodes that it is for. */
export interface ClusterNetwork {
  /** The host's address that the API server listens on. */
  readonly address: string;
  /** The range of the Services' addresses: IPv4, CIDR. */
  readonly serviceRange: string;
  /** The real nodes' names. None: kwok plays a node. */
  readonly realNodes: readonly string[];
}

/**
 * On loopback: nothing but this machine's own programs takes part. Nor do Services, behind which there is nobody: an API
 * server that calls a webhook through one is refused by this machine, and sends nothing out of it.
 */
export const loopback: ClusterNetwork = {
  address: '127.0.0.1',
  serviceRange: '127.96.0.0/16',
  realNodes: [],
};

/** The first address of the range, which the Service `kubernetes` has. */
export function apiServiceAddress({ serviceRange }: ClusterNetwork): string {
  const [base = ''] = serviceRange.split('/');
  return base.replace(/\.0$/, '.1');
}
