import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A port that connections can be forwarded to. If it accepts none, the next target is tried. */
export interface Target {
  readonly port: number;
  readonly open: boolean;
}

export interface Forwarder {
  /**
   * Closes the present connections, and waits until the other end has closed them, too. So the next call opens a new
   * one. A call that the other end still writes on a connection that we have closed would fail.
   */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Forwards the connections to one port of this machine to the targets in turn, as a Service does. When one
 * end of a connection closes, the other end closes at once.
 */
export async function forward(port: number, targets: () => readonly Target[]): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  /** Those of the clients. */
  const nears = new Set<Socket>();
  let turn = 0;
  const server = createServer((near) => {
    const open = targets().filter((target) => target.open);
    turn += 1;
    const target = open[turn % open.length];
    if (!target) {
      near.destroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: target.port });
    nears.add(near);
    near.on('close', () => nears.delete(near));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      // Only its end matters. An error comes just before the end.
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async cut() {
      // `once` of node:events would reject at an error, which comes just before the end.
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.on('close', resolve)));
      for (const socket of nears) socket.end();
      await Promise.all(closed);
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
