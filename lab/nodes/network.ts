/** The addresses of a real node. */
export interface NodePlace {
  readonly name: string;
  readonly address: string;
  /** The range of its pods' addresses. */
  readonly podRange: string;
}

/** The addresses of one control plane and its nodes. Ranges are IPv4, in CIDR. */
export interface Network {
  /** The host's link to the nodes. */
  readonly link: string;
  /** The host's address on that link. The API server listens on it. */
  readonly host: string;
  readonly serviceRange: string;
  readonly nodes: readonly NodePlace[];
}

/** The number of networks that can exist at the same time. */
export const NETWORKS = 128;
/** The prefix length of the network that connects the host and the nodes. */
export const PREFIX = 24;

/**
 * The network with a number from 0 up to `NETWORKS`. All lie in 198.18.0.0/15, which is reserved for
 * benchmarks of network devices (RFC 2544), so nothing useful is there. No two networks overlap.
 */
export function networkOf(number: number): Network {
  const node = (name: string, index: number): NodePlace => ({
    name,
    address: `198.18.${number}.${11 + index}`,
    podRange: `198.19.${2 * number + index}.0/24`,
  });
  return {
    link: `lockstep${number}`,
    host: `198.18.${number}.1`,
    serviceRange: `198.18.${NETWORKS + number}.0/24`,
    nodes: [node('node-a', 0), node('node-b', 1)],
  };
}

/**
 * The ranges that the host, or the node of that name, reaches through another node. Pairs of a range and a
 * node's address.
 */
export function routesOf({ nodes, serviceRange }: Network, from?: string): readonly string[] {
  const pods = nodes.filter(({ name }) => name !== from);
  const routes = pods.flatMap(({ podRange, address }) => [podRange, address]);
  const [first] = nodes;
  // On a node, kube-proxy translates a Service's address to a pod's. The host sends those to the first node.
  return from === undefined && first !== undefined ? [...routes, serviceRange, first.address] : routes;
}
