/** The addresses that a control plane uses, and its nodes. */
export interface ClusterNetwork {
  /** The host's address that the API server listens on. */
  readonly address: string;
  /** The range of the Services' addresses: IPv4, CIDR. */
  readonly serviceRange: string;
  /** The real nodes' names. None: kwok plays a node. */
  readonly realNodes: readonly string[];
}

/**
 * On loopback, so that only programs of this machine can connect. Services lead nowhere. If an API server
 * calls a webhook through one, this machine refuses the connection and sends nothing out.
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
