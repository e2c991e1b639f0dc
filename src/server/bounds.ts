import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** How long a client may take for what, in milliseconds, and how many connections may be open. */
export interface Limits {
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly connections: number;
}

export const LIMITS: Limits = {
  /**
   * For the TLS handshake. The API server's own dial gives up after 30 s, and long before that on any
   * timeoutSeconds.
   */
  handshakeMs: 10_000,
  /**
   * Without a (further) request. The API server keeps idle connections for 90 s, those included that it
   * dialled and then did not need: one that we close before may be met by a call that Go does not repeat,
   * since it is a POST. Node cannot tell a connection that says nothing from one that dribbles headers, so
   * these have the same time; they cost no more.
   */
  idleMs: 95_000,
  /** From a request's headers to its answer. The longest timeoutSeconds that a webhook may have is 30. */
  requestMs: 30_000,
  /** How often Node looks for connections whose time is over. */
  checkMs: 5_000,
  /** About 60 KiB each: 60 MiB beside the 110 or so of the program, under the chart's limit of 512. */
  connections: 1_000,
};

export interface Connections {
  /** Closes those that have not carried a request. */
  closeUnused(): void;
}

const peer = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/**
 * Keeps the number of open connections, and so their memory and file descriptors, within bounds. Where
 * there are too many, the oldest that has not carried a request makes room: idle strangers cannot keep a
 * call out, and the connections that the API server works with stay.
 */
export function boundConnections(server: Server, most: number): Connections {
  const unused = new Map<string, Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    const key = peer(socket);
    open += 1;
    unused.set(key, socket);
    socket.once('close', () => {
      open -= 1;
      if (unused.get(key) === socket) unused.delete(key);
    });
    if (open <= most) return;
    const [oldest] = unused.values();
    oldest?.destroy();
  });
  // By name of the peer: the request's socket is the TLS layer over the one that was accepted.
  server.on('request', ({ socket }) => unused.delete(peer(socket)));
  return {
    closeUnused() {
      for (const socket of unused.values()) socket.destroy();
    },
  };
}
