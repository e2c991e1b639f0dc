import { sleep } from '../abort.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Connections } from './connections.ts';
import type { CredentialSource } from './credentials.ts';
import type { HttpAnswer } from './http.ts';
import { type ApiRequest, METHODS } from './request.ts';

/** The connections that a call goes over, and the credentials that it carries. */
export interface CallDeps {
  readonly connections: Connections;
  readonly source: CredentialSource;
  readonly metrics: Pick<Metrics, 'observeApiCall'>;
}

/**
 * How long a read may stay unanswered before it is sent once more beside the
 * first, on another connection. The API server's own objective is 1 s for 99
 * % of reads. What takes longer is mostly a connection that died in silence.
 */
const PATIENCE_MS = 1_000;

const contentType = ({ verb, patchType = 'merge-patch' }: ApiRequest): string =>
  verb === 'patch' ? `application/${patchType}+json` : 'application/json';

async function send({ connections, source }: CallDeps, request: ApiRequest, signal: AbortSignal) {
  const { verb, path, accept = 'application/json' } = request;
  const credentials = await source.current();
  const headers: Record<string, string> = { ...credentials.headers, accept };
  if (request.body !== undefined) headers['content-type'] = contentType(request);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  return connections.send(credentials, { method: METHODS[verb], path, headers, body, signal });
}

/** Whether the time is over. A caller may also leave early, and that says nothing about the connection. */
const isOverdue = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && reason instanceof Error && reason.name === 'TimeoutError';

/**
 * Makes a call, and counts it.
 * @param signal the request's own, or one that also ends this call when another one has overtaken it
 */
async function callOnce(deps: CallDeps, request: ApiRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const started = performance.now();
  let outcome = 'error';
  try {
    const answer = await send(deps, request, signal);
    outcome = String(answer.status);
    return answer;
  } catch (error) {
    if (isOverdue(request.signal)) {
      outcome = 'deadline';
      deps.connections.renewIfSilent(started);
    } else if (signal.aborted) outcome = 'superseded';
    throw error;
  } finally {
    const { verb, resource } = request;
    deps.metrics.observeApiCall({ verb, resource, outcome, seconds: (performance.now() - started) / 1000 });
  }
}

/**
 * Makes a call. If it is not answered in time, makes it once more beside the first. The first answer counts.
 */
async function callTwice(deps: CallDeps, request: ApiRequest): Promise<HttpAnswer> {
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, ended.signal]);
  const started = performance.now();
  const first = callOnce(deps, request, signal);
  try {
    const early = await Promise.race([first, sleep(PATIENCE_MS, signal)]);
    if (typeof early === 'object') return early;
    if (!early) return await first;
    deps.connections.renewIfSilent(started);
    return await Promise.any([first, callOnce(deps, request, signal)]);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    ended.abort();
  }
}

/** Makes a call with the current credentials. Rejects with undici's errors. */
export function call(deps: CallDeps, request: ApiRequest): Promise<HttpAnswer> {
  // A write is made once: of two at the same time, the 409 or 404 may arrive
  // first. The reads before it have just shown that its connection works.
  const isRead = METHODS[request.verb] === 'GET';
  return isRead ? callTwice(deps, request) : callOnce(deps, request, request.signal);
}
