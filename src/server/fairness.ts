/** What a connection has shown of itself. */
export type Standing =
  /** Nothing that counts: it is new, its requests were refused, or its client is not trusted. */
  | 'unproven'
  /** It waits for its next request. */
  | 'idle'
  /** A complete request is in progress. */
  | 'busy';

/** The connections of one network. Those in front go first. */
interface Network<C> {
  readonly unproven: Set<C>;
  readonly idle: Set<C>;
  readonly busy: Set<C>;
}

/**
 * A connection that has not proven anything goes before one that has, unless fewer than this share of its
 * network are like it. Otherwise a client behind the same source NAT as the API server could prove many.
 * Then it could close each new one by the next, before its handshake is over.
 */
const NEWCOMERS_SHARE = 1 / 4;

const sizeOf = <C>({ unproven, idle, busy }: Network<C>): number => unproven.size + idle.size + busy.size;

function firstBut<C>(connections: Iterable<C>, but: C): C | undefined {
  for (const each of connections) if (each !== but) return each;
  return undefined;
}

/**
 * The network with the most connections.
 * @param own the network of the newcomer, which does not count itself
 */
function fullest<C>(
  networks: Iterable<Network<C>>,
  own: Network<C> | undefined,
  count: (network: Network<C>) => number,
): Network<C> | undefined {
  let [found, most]: [Network<C> | undefined, number] = [undefined, 0];
  for (const network of networks) {
    const others = count(network) - (network === own ? 1 : 0);
    if (others > most) [found, most] = [network, others];
  }
  return found;
}

/** The connection of this network that goes. */
function loserIn<C>(network: Network<C>, newcomer: C): C {
  const { unproven, idle, busy } = network;
  const stranger = firstBut(unproven, newcomer);
  const spare = firstBut(idle, newcomer);
  const isCrowd = unproven.size > NEWCOMERS_SHARE * sizeOf(network);
  const loser = isCrowd ? (stranger ?? spare) : (spare ?? stranger);
  if (loser !== undefined) return loser;
  // All of them carry reviews. If they are the newcomer's own, the newcomer goes.
  return unproven.has(newcomer) ? newcomer : (firstBut(busy, newcomer) ?? newcomer);
}

export interface Fairness<C> {
  /** Adds a connection, which is unproven. */
  add(connection: C, network: string): void;
  /** Changes its standing. Among connections of this standing, it goes last. */
  put(connection: C, standing: Standing): void;
  remove(connection: C): void;
  /** The connection that has to make room for the newcomer: another one, or the newcomer itself. */
  loser(newcomer: C): C;
}

/**
 * Decides which connection goes when there are too many. The network that has the most loses one. So a
 * client that fills the port closes its own connections, and others get in. If all come from one address
 * (source NAT), the connection that has been idle longest goes.
 *
 * It looks at every network, and only once the limit is reached. A thousand comparisons at most cost
 * far less than the TLS handshake that follows.
 * @param hasTrust whether clients are trusted by their certificates. If so, those
 * that are not trusted go before all others, however many networks they come from
 */
export function fairness<C>(hasTrust: boolean): Fairness<C> {
  const networks = new Map<string, Network<C>>();
  const names = new Map<C, string>();

  function networkOf(connection: C): Network<C> | undefined {
    const name = names.get(connection);
    return name === undefined ? undefined : networks.get(name);
  }

  function leave(connection: C): Network<C> | undefined {
    const network = networkOf(connection);
    network?.unproven.delete(connection);
    network?.idle.delete(connection);
    network?.busy.delete(connection);
    return network;
  }

  return {
    add(connection, name) {
      const network = networks.get(name) ?? { unproven: new Set(), idle: new Set(), busy: new Set() };
      networks.set(name, network);
      names.set(connection, name);
      network.unproven.add(connection);
    },
    put(connection, standing) {
      leave(connection)?.[standing].add(connection);
    },
    remove(connection) {
      const network = leave(connection);
      if (network && sizeOf(network) === 0) networks.delete(names.get(connection) ?? '');
      names.delete(connection);
    },
    loser(newcomer) {
      const own = networkOf(newcomer);
      const strangers = hasTrust
        ? fullest(networks.values(), own, ({ unproven }) => unproven.size)
        : undefined;
      const stranger = strangers && firstBut(strangers.unproven, newcomer);
      if (stranger !== undefined) return stranger;
      const network = fullest(networks.values(), own, sizeOf);
      return network ? loserIn(network, newcomer) : newcomer;
    },
  };
}
