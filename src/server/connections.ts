import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { fairness } from './fairness.ts';
import { networkOf } from './network-of.ts';

/** One open connection. */
export interface Connection {
  /** The accepted socket, below TLS. */
  readonly socket: Socket;
  /** Whether it has carried a request with whole headers. */
  used: boolean;
  /** The answer to its last request that was begun. */
  answer: ServerResponse | undefined;
  /** Whether its client is trusted, or has sent an accepted request. */
  proven: boolean;
}

/** The open connections of a server. */
export interface Connections {
  /** The connection of a request, or of a TLS socket. */
  of(socket: Socket): Connection | undefined;
  all(): Iterable<Connection>;
  /**
   * The headers of a request have arrived over this socket.
   * @returns false if the request before has no answer yet
   */
  begin(socket: Socket, answer: ServerResponse): boolean;
  /** The request over this socket has arrived whole, and is accepted. */
  accept(socket: Socket): void;
  /** Says whether its client is trusted. */
  trust(connection: Connection, isTrusted: boolean): void;
  /** Closes the connections that have not carried a request. */
  closeUnused(): void;
}

/**
 * A request's socket is the TLS layer over the accepted one, so connections are
 * known by their two ends. The own end counts: a server may have several addresses.
 */
const endsOf = ({ remoteAddress, remotePort, localAddress }: Socket) =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

/** Whether its last request has no answer yet. */
export const isAnswering = ({ answer }: Connection): boolean =>
  answer !== undefined && !answer.writableEnded && !answer.destroyed;

/**
 * Limits the number of open connections, and so their memory and file descriptors.
 * If there are too many, one of them is closed: see `fairness`.
 */
export function limitConnections(server: Server, most: number, hasTrust: boolean): Connections {
  const open = new Map<string, Connection>();
  const standings = fairness<Connection>(hasTrust);

  function settle(connection: Connection): void {
    standings.put(connection, connection.proven ? 'idle' : 'unproven');
  }

  function forget(ends: string, connection: Connection): void {
    standings.remove(connection);
    if (open.get(ends) === connection) open.delete(ends);
  }

  const of = (socket: Socket) => open.get(endsOf(socket));

  server.on('connection', (socket: Socket) => {
    const ends = endsOf(socket);
    const connection: Connection = { socket, used: false, answer: undefined, proven: false };
    open.set(ends, connection);
    standings.add(connection, networkOf(socket.remoteAddress));
    socket.once('close', () => forget(ends, connection));
    if (open.size <= most) return;
    const loser = standings.loser(connection);
    forget(endsOf(loser.socket), loser);
    loser.socket.destroy();
  });

  return {
    of,
    all: () => open.values(),
    begin(socket, answer) {
      const connection = of(socket);
      // It has just been closed, to make room.
      if (!connection) return true;
      if (isAnswering(connection)) return false;
      connection.used = true;
      connection.answer = answer;
      // The request may still be refused. It is no proof, but the connection is not idle.
      if (connection.proven) settle(connection);
      return true;
    },
    accept(socket) {
      const connection = of(socket);
      if (!connection) return;
      connection.proven = true;
      standings.put(connection, 'busy');
      connection.answer?.once('close', () => settle(connection));
    },
    trust(connection, isTrusted) {
      connection.proven = isTrusted;
      settle(connection);
    },
    closeUnused() {
      for (const { used, socket } of open.values()) if (!used) socket.destroy();
    },
  };
}
