import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** How long a client may take for each step, in milliseconds, and how many connections may be open. */
export interface Limits {
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly connections: number;
}

export const LIMITS: Limits = {
  /**
   * For the TLS handshake. The API server's own dial gives up
   * after 30 s, and with any timeoutSeconds long before that.
   */
  handshakeMs: 10_000,
  /**
   * Without a request, or between two requests. The API server keeps idle connections for
   * 90 s, also those that it dialled and then did not need. If we closed one earlier, a
   * call could meet a closed connection, and Go does not repeat it because it is a POST.
   *
   * Node cannot tell a silent connection from one that sends its headers
   * slowly. So both have the same time; the slow one costs no more.
   */
  idleMs: 95_000,
  /** From a request's headers to its answer. The longest timeoutSeconds of a webhook is 30. */
  requestMs: 30_000,
  /** How often Node looks for connections whose time is over. */
  checkMs: 5_000,
  /** About 60 KiB each. That is 60 MiB beside the program's 110 or so, within the chart's limit of 512. */
  connections: 1_000,
};

export interface Connections {
  /** Closes the connections that have not carried a request. */
  closeUnused(): void;
}

const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/**
 * Limits the number of open connections, and so their memory and file descriptors. If there
 * are too many, it closes the oldest one that has not carried a request. So idle strangers
 * cannot keep a call out, and the connections that the API server uses stay open.
 */
export function limitConnections(server: Server, most: number): Connections {
  const unused = new Map<string, Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    const key = peerOf(socket);
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
  // Found by the name of the peer, because the request's socket is the TLS layer over the accepted one.
  server.on('request', ({ socket }) => unused.delete(peerOf(socket)));
  return {
    closeUnused() {
      for (const socket of unused.values()) socket.destroy();
    },
  };
}
