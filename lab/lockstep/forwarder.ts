import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where connections can go. A port that takes none is passed over. */
export interface Target {
  readonly port: number;
  readonly open: boolean;
}

export interface Forwarder {
  /** Closes the connections that there are: the next call comes over a new one. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Hands each connection to one port of this machine to the next of the targets, as a Service does. When one end of a
 * connection goes, the other goes at once.
 */
export async function forward(port: number, targets: () => readonly Target[]): Promise<Forwarder> {
  const sockets = new Set<Socket>();
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
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      // Its end is what counts; an error comes just before it.
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
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
