import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { traceOf } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import { logLimit } from '../telemetry/log-limit.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { drainBody } from './body.ts';
import { LIMITS } from './bounds.ts';
import { fieldRefusal, type InvalidField } from './field-errors.ts';
import { BODY_LIMIT, bodyOf, Refusal, type RefusalCode } from './refusals.ts';

const FASTIFY_CODES: ReadonlyMap<string, RefusalCode> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'BODY_TOO_LARGE'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'CONTENT_TYPE_UNSUPPORTED'],
  ['FST_ERR_HANDLER_TIMEOUT', 'REQUEST_TIMEOUT'],
  ['FST_ERR_BAD_URL', 'PATH_UNKNOWN'],
]);

interface ThrownError extends Error {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: readonly InvalidField[];
  readonly validationContext?: string;
}

/** The answer to a request that ended in an error. */
function refusalOf(error: ThrownError, body: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const [field] = error.validation ?? [];
  // Fastify does not parse an empty body without a content-type.
  if (field && error.validationContext === 'body' && body === undefined) return new Refusal('BODY_NOT_JSON');
  if (field) return fieldRefusal(error.validationContext, field);
  const blamesClient =
    typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
  return new Refusal(FASTIFY_CODES.get(String(error.code)) ?? (blamesClient ? 'HTTP_MALFORMED' : 'INTERNAL'));
}

/** The refusals after which a connection brings nothing good. */
const CLOSING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'CLIENT_UNTRUSTED',
  'PROXY_UNTRUSTED',
  'REQUEST_PIPELINED',
  'REQUEST_TIMEOUT',
]);

export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Makes the handler that answers a request that ended in an error, and logs and counts the reason. */
export function errorHandler({ log, metrics }: Telemetry<'countRefusal'>): ErrorHandler {
  const turnOf = logLimit();
  return (thrown, request, reply) => {
    const error: ThrownError = thrown instanceof Error ? thrown : new Error();
    const refusal = refusalOf(error, request.body);
    const { code, status, message } = refusal;
    // Of an unexpected error, log only kind and place: its message may quote the body.
    const err = code === 'INTERNAL' ? traceOf(thrown) : message;
    const turn = turnOf(code, performance.now());
    if (turn.logs) {
      const { omitted } = turn;
      const fields = { path: request.routeOptions.url, client: request.ip, code, err };
      log[code === 'INTERNAL' ? 'error' : 'warn'](
        omitted > 0 ? { ...fields, omitted } : fields,
        'review refused',
      );
    }
    metrics.countRefusal(code);
    const send = () => {
      if (reply.sent) return;
      // The API server shows its user the body of a 403, if that is text. Of other refusals it shows no more than
      // the status.
      if (status === 403) void reply.type('text/plain; charset=utf-8');
      void reply.code(status).send(status === 403 ? JSON.stringify(bodyOf(refusal)) : bodyOf(refusal));
    };
    if (code === 'BUSY') reply.header('retry-after', '1');
    if (code === 'BODY_TOO_LARGE') {
      drainBody(request, BODY_LIMIT, LIMITS.bodyMs, send);
      return;
    }
    // The rest of its body may never arrive, or never end, and would keep the connection open.
    const isIncomplete = !request.raw.complete;
    if (isIncomplete || CLOSING.has(code)) reply.header('connection', 'close');
    send();
  };
}

/** The text of an answer on a connection that brought no complete request. */
function rawAnswer(refusal: Refusal): string {
  const body = JSON.stringify(bodyOf(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'connection: close',
    ...(refusal.code === 'METHOD_NOT_ALLOWED' ? ['allow: POST'] : []),
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** How long a client may take to read an answer after which its connection closes. */
const LAST_WORDS_MS = 1_000;

function answerAndClose(socket: Duplex, refusal: Refusal): void {
  // A client that does not read would keep the connection open.
  const timer = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
  socket.on('error', () => undefined).once('close', () => clearTimeout(timer));
  socket.end(rawAnswer(refusal), () => socket.destroy());
}

function clientErrorCode(code: string): RefusalCode | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  return code.startsWith('HPE_') ? 'HTTP_MALFORMED' : undefined;
}

/**
 * Makes the handler for connections that bring no request. It answers if the client
 * speaks HTTP, and closes the connection in any case. It never logs what arrived.
 */
export function clientErrorHandler(log: Logger): (error: Error & { code?: string }, socket: Duplex) => void {
  return (error, socket) => {
    const code = clientErrorCode(String(error.code));
    log.debug({ code: code ?? error.code }, 'connection closed');
    if (code && socket.writable) answerAndClose(socket, new Refusal(code));
    else socket.destroy();
  };
}

/**
 * Adds the refusals that no schema makes: unknown paths, methods other than POST, HTTP/1.1 without a host.
 */
export function addRefusals(app: FastifyInstance, handleError: ErrorHandler): void {
  app.setErrorHandler<FastifyError>(handleError);
  // This runs before the body is read.
  app.addHook('onRequest', ({ raw, url, is404 }, reply, done) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) throw new Refusal('HTTP_MALFORMED');
    if (!is404) {
      done();
      return;
    }
    const [path = ''] = url.split('?', 1);
    if (!app.hasRoute({ method: 'POST', url: path })) throw new Refusal('PATH_UNKNOWN');
    void reply.header('allow', 'POST');
    throw new Refusal('METHOD_NOT_ALLOWED');
  });
  // Without these handlers, Node answers without a body, or not at all.
  app.server.on('checkExpectation', app.routing);
  app.server.on('connect', (_request, socket) => answerAndClose(socket, new Refusal('METHOD_NOT_ALLOWED')));
}
