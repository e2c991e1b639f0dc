import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';

/** A proxy on loopback that records its requests. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** `HOST:PORT` of each connection that it opened, or was asked to open. */
  readonly targets: readonly string[];
  /** The credentials of clients: `Proxy-Authorization`, or USER:PASSWORD. */
  readonly logins: readonly string[];
}

async function startListening(
  server: Server,
  known: Omit<Proxy, 'port' | typeof Symbol.asyncDispose>,
): Promise<Proxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...known,
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function join(a: Socket, b: Socket): void {
  a.on('error', () => b.destroy()).pipe(b);
  b.on('error', () => a.destroy()).pipe(a);
}

interface ConnectProxyOptions {
  /** The status of the answer to CONNECT. */
  readonly status?: number;
  /** The certificate of a proxy that is called over TLS. */
  readonly pair?: { readonly cert: string; readonly key: string };
}

/** Answers CONNECT for any name of a target: all names lead to this machine. */
export function connectProxy({ status = 200, pair }: ConnectProxyOptions = {}): Promise<Proxy> {
  const targets: string[] = [];
  const logins: string[] = [];
  const server = pair ? createTlsServer(pair) : createServer();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    targets.push(request.url ?? '');
    logins.push(request.headers['proxy-authorization'] ?? '');
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      join(client, upstream);
    });
    upstream.on('error', () => client.destroy());
    return undefined;
  });
  return startListening(server, { targets, logins });
}

/** Reads exactly this many bytes. */
async function take(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = socket.read(bytes);
    if (chunk) return chunk;
    await once(socket, 'readable');
  }
}
const byte = async (socket: Socket) => (await take(socket, 1))[0] ?? 0;

/** RFC 1928 and 1929, as far as a client needs them that connects to a name or an IPv4 address. */
export function socksProxy(): Promise<Proxy> {
  const targets: string[] = [];
  const logins: string[] = [];
  async function serve(client: Socket): Promise<void> {
    await take(client, 1);
    const methods = await take(client, await byte(client));
    const wantsLogin = methods.includes(2);
    client.write(Buffer.from([5, wantsLogin ? 2 : 0]));
    if (wantsLogin) {
      await take(client, 1);
      const user = await take(client, await byte(client));
      const password = await take(client, await byte(client));
      logins.push(`${user}:${password}`);
      client.write(Buffer.from([1, 0]));
    }
    const type = (await take(client, 4))[3];
    const host =
      type === 1 ? (await take(client, 4)).join('.') : String(await take(client, await byte(client)));
    const port = (await take(client, 2)).readUInt16BE();
    targets.push(`${host}:${port}`);
    const upstream = connect(port, '127.0.0.1', () => {
      client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
      join(client, upstream);
    });
    upstream.on('error', () => client.destroy());
  }
  const server = createTcpServer((client) => {
    client.on('error', () => client.destroy());
    serve(client).catch(() => client.destroy());
  });
  return startListening(server, { targets, logins });
}
