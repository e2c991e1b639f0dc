/** A real node's place in the network. */
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
  /** The host's address on it, which the API server listens on. */
  readonly host: string;
  readonly serviceRange: string;
  readonly nodes: readonly NodePlace[];
}

/** How many networks fit beside each other. */
export const NETWORKS = 128;
/** Of the network in which host and nodes see each other. */
export const PREFIX = 24;

/**
 * The network of a number from 0 up to `NETWORKS`. All lie in 198.18.0.0/15, which is set aside for measurements of network
 * devices (RFC 2544): nothing that anybody wants to reach is there. No two networks overlap.
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

/** What the host, or the node of that name, reaches through another node: range and node's address, pair by pair. */
export function routesOf({ nodes, serviceRange }: Network, from?: string): readonly string[] {
  const pods = nodes.filter(({ name }) => name !== from);
  const routes = pods.flatMap(({ podRange, address }) => [podRange, address]);
  const [first] = nodes;
  // On a node, kube-proxy turns a Service's address into a pod's; the host leaves that to the first node.
  return from === undefined && first !== undefined ? [...routes, serviceRange, first.address] : routes;
}
