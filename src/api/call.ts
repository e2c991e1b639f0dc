import { followerOf, unlessAborted, within } from '../abort.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { Connections } from './connections.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import type { Sent } from './patience.ts';
import { type ApiRequest, METHODS } from './request.ts';

/** The connections that a call goes over, and the credentials that it carries. */
export interface CallDeps {
  readonly connections: Connections;
  readonly source: CredentialSource;
  readonly metrics: Pick<Metrics, 'observeApiCall'>;
  readonly tracing: Tracing;
}

/** An answer, and the credentials of the request that it answers. */
export type CallAnswer = HttpAnswer & { readonly credentials: Credentials };

/** Sends a request, for the first time or once more. */
type Send = (
  credentials: Credentials,
  request: HttpRequest,
  onSent: (sent: Sent) => void,
) => Promise<HttpAnswer>;

const contentType = ({ verb, patchType = 'merge-patch' }: ApiRequest): string =>
  verb === 'patch' ? `application/${patchType}+json` : 'application/json';

function httpRequest(
  request: ApiRequest,
  credentials: Credentials,
  traced: Readonly<Record<string, string>>,
  signal: AbortSignal,
): HttpRequest {
  const { verb, path, accept = 'application/json' } = request;
  const headers: Record<string, string | string[]> = { ...credentials.headers, ...traced, accept };
  if (request.body !== undefined) headers['content-type'] = contentType(request);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  return { method: METHODS[verb], path, headers, body, signal };
}

/** Whether the time is over. A caller may also leave early. */
const hasTimedOut = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && reason instanceof Error && reason.name === 'TimeoutError';

/** Makes a call, as a span of the trace that asks for it. */
function callOnce(
  deps: CallDeps,
  request: ApiRequest,
  signal: AbortSignal,
  send: Send,
  onSent?: (sent: Sent) => void,
): Promise<CallAnswer> {
  const { verb, resource, path } = request;
  const attributes = { 'http.request.method': METHODS[verb], 'url.path': path.split('?', 1)[0] ?? '' };
  return deps.tracing.call(`${verb} ${resource}`, attributes, (traced) =>
    callTraced(deps, request, traced, signal, send, onSent),
  );
}

/**
 * Makes a call, and counts it.
 * @param traced headers that carry the trace on
 * @param signal the request's own, or one that also ends this call when another one has overtaken it
 */
async function callTraced(
  deps: CallDeps,
  request: ApiRequest,
  traced: Readonly<Record<string, string>>,
  signal: AbortSignal,
  send: Send,
  onSent: (sent: Sent) => void = () => undefined,
): Promise<CallAnswer> {
  const started = performance.now();
  let outcome: string | undefined = 'error';
  let sent: Sent | undefined;
  try {
    // A plugin that provides credentials may take a minute.
    const credentials = await unlessAborted(deps.source.current(), signal);
    const answer = await send(credentials, httpRequest(request, credentials, traced, signal), (now) => {
      sent = now;
      onSent(now);
    });
    outcome = String(answer.status);
    deps.tracing.annotate({ 'http.response.status_code': answer.status });
    return { ...answer, credentials };
  } catch (error) {
    if (hasTimedOut(request.signal)) outcome = 'deadline';
    else if (signal.aborted) outcome = sent && 'superseded';
    // Callers of a shared read may all have left because of their own deadlines.
    if (request.signal.aborted && sent) deps.connections.renewIfSilent(sent);
    throw error;
  } finally {
    const { verb, resource } = request;
    const seconds = (performance.now() - started) / 1000;
    if (outcome !== undefined) deps.metrics.observeApiCall({ verb, resource, outcome, seconds });
  }
}

/** Makes an overdue call once more beside the first. The first answer counts. */
async function callAgain(
  deps: CallDeps,
  request: ApiRequest,
  signal: AbortSignal,
  first: Promise<CallAnswer>,
  sent: Promise<Sent>,
): Promise<CallAnswer> {
  const { connections } = deps;
  const overdue = sent.then(async (of) => ((await connections.untilOverdue(of, signal)) ? of : first));
  try {
    const early = await Promise.race([first, overdue]);
    if ('status' in early) return early;
    const again: Send = (...args) => connections.sendAgain(early, ...args);
    return await Promise.any([first, callOnce(deps, request, signal, again)]);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/**
 * Makes a call. If it is not answered in time, makes it once more. Nearly all are answered, so what only the others
 * need is made only then.
 */
async function callTwice(deps: CallDeps, request: ApiRequest): Promise<CallAnswer> {
  const { connections } = deps;
  const { signal, leave, end } = followerOf(request.signal);
  const sent = Promise.withResolvers<Sent>();
  const first = callOnce(deps, request, signal, connections.send, sent.resolve);
  try {
    // Nothing is overdue earlier: it was sent no earlier than now.
    const early = await within(first, connections.patienceMs);
    return early ?? (await callAgain(deps, request, signal, first, sent.promise).finally(end));
  } finally {
    leave();
  }
}

/** Makes a call with the current credentials. Rejects with undici's errors. */
export function call(deps: CallDeps, request: ApiRequest): Promise<CallAnswer> {
  // A write is made once: of two at the same time, the 409 or 404 may arrive
  // first. The reads before it have just shown that its connection works.
  const isRead = METHODS[request.verb] === 'GET';
  return isRead ? callTwice(deps, request) : callOnce(deps, request, request.signal, deps.connections.send);
}
