import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'undici';
import { issueCertificates } from '../../certs/issue.ts';
import { freePort } from '../../lab/control-plane/ports.ts';

/** An answer that replaces the API server's. */
export interface FaultyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: a Status, as the API server sends it. `endless` never stops. A line is an event of a watch. */
  readonly body?: 'endless' | 'not json' | { readonly line: object };
  /** Default: it answers all requests. */
  readonly answers?: (path: string) => boolean;
}

/**
 * A reverse proxy in front of an API server. It ends TLS, because faults of HTTP cannot be added to an
 * encrypted stream. The real API server answers all requests that the proxy does not answer itself.
 */
export interface HttpFaults {
  readonly server: string;
  readonly ca: string;
  /** The requests since the last fault was set, as `GET /path`. */
  readonly seen: readonly string[];
  /** Answers the next requests itself: this many, or (default) all. */
  answer(answer: FaultyAnswer, times?: number): void;
  /** Passes on the next requests of a method and drops the API server's answers: it cuts the connection. */
  loseAnswers(method: string, times?: number): void;
  /** Passes on all requests under another path, until it is healed. */
  misdirect(to: (path: string) => string): void;
  heal(): void;
  /** Closes every connection. New ones are accepted. */
  cut(): void;
  /** The number of open connections. */
  connections(): number;
  stop(): Promise<void>;
}

const CHUNK = 'x'.repeat(64 * 1024);

function endless(response: ServerResponse): void {
  response.write('{"data":"');
  const more = () => {
    while (!response.destroyed && response.write(CHUNK));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

/** @param target the API server's URL and authority */
export async function startHttpFaults(target: { server: string; ca: string }): Promise<HttpFaults> {
  const notAfter = new Date(Date.now() + 3_600_000);
  const pair = await issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter });
  const upstream = new Pool(target.server, { connect: { ca: target.ca } });
  const open = new Set<Socket>();
  let [left, seen]: [number, string[]] = [0, []];
  let faulty: FaultyAnswer | undefined;
  let lost = { method: '', left: 0 };
  let direct = (path: string) => path;

  function respondFaulty(response: ServerResponse, { status, headers = {}, body }: FaultyAnswer): void {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    if (body === 'endless') endless(response);
    else if (typeof body === 'object') response.end(`${JSON.stringify(body.line)}\n`);
    else if (body) response.end(body);
    else response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status }));
  }

  async function pass(
    { method = 'GET', url = '/', headers }: IncomingMessage,
    body: Buffer,
    to: ServerResponse,
  ) {
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...kept } = headers;
    const options = { method, path: direct(url), headers: kept, body: body.length > 0 ? body : null };
    const answer = await upstream.request(options);
    if (method === lost.method && lost.left > 0) {
      lost.left -= 1;
      await answer.body.dump();
      to.destroy();
      return;
    }
    to.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
    if (url.includes('watch=1')) {
      to.flushHeaders();
      await pipeline(answer.body, to);
      return;
    }
    to.end(Buffer.from(await answer.body.arrayBuffer()));
  }

  const server = createServer({ ...pair, ALPNProtocols: ['http/1.1'] }, async (incoming, response) => {
    const body = await buffer(incoming);
    seen.push(`${incoming.method} ${incoming.url}`);
    if (faulty && left > 0 && (faulty.answers?.(incoming.url ?? '') ?? true)) {
      left -= 1;
      respondFaulty(response, faulty);
    } else await pass(incoming, body, response).catch(() => response.destroy());
  });
  server.on('secureConnection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `https://127.0.0.1:${port}`,
    ca: pair.ca,
    get seen() {
      return seen;
    },
    answer(answer, times = Number.POSITIVE_INFINITY) {
      [faulty, left, seen] = [answer, times, []];
    },
    loseAnswers(method, times = 1) {
      [lost, seen] = [{ method, left: times }, []];
    },
    cut: () => server.closeAllConnections(),
    misdirect(to) {
      direct = to;
    },
    heal() {
      left = 0;
      direct = (path) => path;
      lost.left = 0;
    },
    connections: () => open.size,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await upstream.destroy();
    },
  };
}
