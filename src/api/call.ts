import { sleep } from '../abort.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Connections } from './connections.ts';
import type { CredentialSource } from './credentials.ts';
import type { HttpAnswer } from './http.ts';
import { type ApiRequest, METHODS } from './request.ts';

/** What a call goes over, and who makes it. */
export interface Line {
  readonly connections: Connections;
  readonly source: CredentialSource;
  readonly metrics: Pick<Metrics, 'apiCall'>;
}

/**
 * How long a read may stay unanswered before it is made once more beside the
 * first, on another connection. The API server's own objective is 1 s for 99
 * % of them; what takes longer is mostly a connection that died in silence.
 */
const PATIENCE_MS = 1_000;

const contentType = ({ verb, patchType = 'merge-patch' }: ApiRequest): string =>
  verb === 'patch' ? `application/${patchType}+json` : 'application/json';

async function send({ connections, source }: Line, request: ApiRequest, signal: AbortSignal) {
  const { verb, path, accept = 'application/json' } = request;
  const credentials = await source.current();
  const headers: Record<string, string> = { ...credentials.headers, accept };
  if (request.body !== undefined) headers['content-type'] = contentType(request);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  return connections.send(credentials, { method: METHODS[verb], path, headers, body, signal });
}

/**
 * Makes a call, and counts it.
 * @param signal the request's own, or one that also ends this call where another has overtaken it
 */
async function callOnce(line: Line, request: ApiRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const started = performance.now();
  let outcome = 'error';
  try {
    const answer = await send(line, request, signal);
    outcome = String(answer.status);
    return answer;
  } catch (error) {
    if (request.signal.aborted) {
      outcome = 'deadline';
      line.connections.renewIfSilent(started);
    } else if (signal.aborted) outcome = 'superseded';
    throw error;
  } finally {
    const { verb, resource } = request;
    line.metrics.apiCall({ verb, resource, outcome, seconds: (performance.now() - started) / 1000 });
  }
}

/** Makes a call, and once more beside it if it is not answered in time: the first answer counts. */
async function callTwice(line: Line, request: ApiRequest): Promise<HttpAnswer> {
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  const started = performance.now();
  const first = callOnce(line, request, signal);
  try {
    const early = await Promise.race([first, sleep(PATIENCE_MS, signal)]);
    if (typeof early === 'object') return early;
    if (!early) return await first;
    line.connections.renewIfSilent(started);
    return await Promise.any([first, callOnce(line, request, signal)]);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    over.abort();
  }
}

/** Makes a call, with the credentials of the moment. Rejects with undici's errors. */
export function call(line: Line, request: ApiRequest): Promise<HttpAnswer> {
  // A write is made once: of two at the same time, the 409 or 404 may arrive
  // first. The reads before it have just shown that its connection works.
  const isRead = METHODS[request.verb] === 'GET';
  return isRead ? callTwice(line, request) : callOnce(line, request, request.signal);
}
