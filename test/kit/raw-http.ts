import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** What a connection received before it was closed, or until one answer was complete. */
export interface Answer {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Every byte, interim answers included. */
  readonly text: string;
}

/**
 * The answer without an interim answer (100 Continue) before it. undefined while it is incomplete. The answer
 * to a HEAD has no body.
 */
function wholeAnswer(text: string, bodiless: boolean): Answer | undefined {
  const final = text.replace(/^HTTP\/1\.1 1\d\d .*\r\n(?:.+\r\n)*\r\n/, '');
  const end = final.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...fields] = final.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  );
  const body = final.slice(end + 4);
  if (!bodiless && Buffer.byteLength(body) < Number(headers['content-length'] ?? 0)) return undefined;
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? 0), headers, body, text };
}

/** Resolves when a connection is closed, in any way. */
export function whenClosed(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('error', () => undefined).once('close', () => resolve());
  return promise;
}

/** How a client connects: its address, its certificate. Any address of 127.0.0.0/8 is this machine's. */
export type Dialled = Pick<ConnectionOptions, 'cert' | 'key' | 'session' | 'minVersion' | 'maxVersion'> & {
  readonly localAddress?: string;
};

/** A TLS connection to the port, with a completed handshake. */
export async function dial(port: number, how: Dialled = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...how });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

/** The first complete answer on a connection. If the connection closes before, what came until then. */
export function answerOn(socket: Socket, bodiless = false): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const answer = wholeAnswer(text, bodiless);
    if (answer) resolve(answer);
  });
  const closed = () => resolve(wholeAnswer(text, bodiless) ?? { status: 0, headers: {}, body: '', text });
  socket.on('error', () => undefined).once('close', closed);
  return promise;
}

/**
 * Sends bytes over TLS and waits for the answer. `end`: signals with the last byte that no more will come.
 */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  end = false,
  how: Dialled = {},
): Promise<Answer> {
  const socket = await dial(port, how);
  const answer = answerOn(socket, Buffer.from(bytes).toString('latin1', 0, 5) === 'HEAD ');
  if (end) socket.end(bytes);
  else socket.write(bytes);
  return answer.finally(() => socket.destroy());
}

/**
 * Sends bytes over a plain TCP connection and waits until the other side has closed it. Resolves with its
 * answer.
 */
export async function exchangeTcp(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connectTcp({ host: '127.0.0.1', port });
  const said: Buffer[] = [];
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => said.push(chunk));
  const closed = whenClosed(socket);
  socket.write(bytes);
  await closed;
  return Buffer.concat(said).toString('latin1');
}
