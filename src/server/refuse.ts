import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { traceOf } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { whenDrained } from './body.ts';
import { type InvalidField, refusalOfField } from './field-errors.ts';
import { BODY_LIMIT, bodyOf, Refusal, type RefusalCode } from './refusals.ts';

const OF_FASTIFY: ReadonlyMap<string, RefusalCode> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'BODY_TOO_LARGE'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'CONTENT_TYPE_UNSUPPORTED'],
  ['FST_ERR_HANDLER_TIMEOUT', 'REQUEST_TIMEOUT'],
  ['FST_ERR_BAD_URL', 'PATH_UNKNOWN'],
]);

interface Thrown extends Error {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: readonly InvalidField[];
  readonly validationContext?: string;
}

/** What to answer where a request ended in an error. */
function refusalOf(error: Thrown, body: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const [field] = error.validation ?? [];
  // Without a content-type an empty body is not parsed.
  if (field && error.validationContext === 'body' && body === undefined) return new Refusal('BODY_NOT_JSON');
  if (field) return refusalOfField(error.validationContext, field);
  const blamesClient =
    typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
  return new Refusal(OF_FASTIFY.get(String(error.code)) ?? (blamesClient ? 'HTTP_MALFORMED' : 'INTERNAL'));
}

export type Refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Answers a request that ended in an error; logs and counts why. */
export function refuseWith(log: Logger, metrics: Pick<Metrics, 'refused'>): Refuse {
  return (thrown, request, reply) => {
    const error: Thrown = thrown instanceof Error ? thrown : new Error();
    const refusal = refusalOf(error, request.body);
    const { code, status, message } = refusal;
    // Of an error that nobody foresaw only kind and place: its message may quote what was being read.
    const err = code === 'INTERNAL' ? traceOf(thrown) : message;
    log[code === 'INTERNAL' ? 'error' : 'warn'](
      { path: request.routeOptions.url, code, err },
      'review refused',
    );
    metrics.refused(code);
    const send = () => {
      if (!reply.sent) void reply.code(status).send(bodyOf(refusal));
    };
    if (code === 'BUSY') reply.header('retry-after', '1');
    // What is left of its body may never come, and would hold the connection.
    if (code === 'REQUEST_TIMEOUT') reply.header('connection', 'close');
    if (code === 'BODY_TOO_LARGE') whenDrained(request, BODY_LIMIT, send);
    else send();
  };
}

/** The answer as it goes over the wire where no request has come about that could carry it. */
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

function answerAndClose(socket: Duplex, refusal: Refusal): void {
  socket.on('error', () => undefined);
  socket.end(rawAnswer(refusal), () => socket.destroy());
}

function ofClientError(code: string): RefusalCode | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  return code.startsWith('HPE_') ? 'HTTP_MALFORMED' : undefined;
}

/**
 * For connections that bring no request: answered where HTTP is spoken, else closed. What came is not
 * logged.
 */
export function refuseConnection(log: Logger): (error: Error & { code?: string }, socket: Duplex) => void {
  return (error, socket) => {
    const code = ofClientError(String(error.code));
    log.debug({ code: code ?? error.code }, 'connection closed');
    if (code && socket.writable) answerAndClose(socket, new Refusal(code));
    else socket.destroy();
  };
}

/** The refusals that no schema makes: unknown paths, other methods than POST, HTTP/1.1 without a host. */
export function refuseStrays(app: FastifyInstance, refuse: Refuse): void {
  app.setErrorHandler<FastifyError>(refuse);
  // Before the body is looked at.
  app.addHook('onRequest', async ({ raw, url, is404 }, reply) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) throw new Refusal('HTTP_MALFORMED');
    if (!is404) return;
    const [path = ''] = url.split('?', 1);
    if (!app.hasRoute({ method: 'POST', url: path })) throw new Refusal('PATH_UNKNOWN');
    void reply.header('allow', 'POST');
    throw new Refusal('METHOD_NOT_ALLOWED');
  });
  // Without these Node answers with no body, or not at all.
  app.server.on('checkExpectation', app.routing);
  app.server.on('connect', (_request, socket) => answerAndClose(socket, new Refusal('METHOD_NOT_ALLOWED')));
}
