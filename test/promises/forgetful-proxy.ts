import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../lab/control-plane/ports.ts';

/**
 * A TCP proxy that can forget, like a NAT or a load balancer after a restart. The connections that are open
 * at that moment pass no more bytes, and neither end is told. toxiproxy can only affect all connections or
 * none.
 */
export interface ForgetfulProxy {
  readonly port: number;
  /**
   * The open connections stay open and go silent. New ones work.
   * @returns how many
   */
  forget(): number;
  /** The number of forgotten connections that the client has not closed yet. */
  forgotten(): number;
  stop(): Promise<void>;
}

export async function startForgetfulProxy(upstreamPort: number): Promise<ForgetfulProxy> {
  const pairs = new Set<{ client: Socket; upstream: Socket; forgotten: boolean }>();
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    const pair = { client, upstream, forgotten: false };
    pairs.add(pair);
    const forward = (from: Socket, to: Socket) => {
      from.on('data', (bytes) => void (pair.forgotten || to.write(bytes)));
      from.on('error', () => undefined);
      from.once('close', () => {
        if (!pair.forgotten) to.destroy();
        if (from === client) pairs.delete(pair);
      });
    };
    forward(client, upstream);
    forward(upstream, client);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    forget() {
      for (const pair of pairs) pair.forgotten = true;
      return pairs.size;
    },
    forgotten: () => [...pairs].filter((pair) => pair.forgotten).length,
    async stop() {
      for (const { client, upstream } of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
