import { setTimeout as pause } from 'node:timers/promises';
import type { LockstepError } from '../errors.ts';
import { codeOf, failed, parsed, refused } from './answers.ts';
import { connections, type HttpAnswer } from './connections.ts';
import type { CredentialSource } from './credentials.ts';
import { type Failure, retryDelay } from './retry.ts';

/** What to accept where the metadata of an object, or of a list's objects, is enough. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

const METHODS = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;

export interface ApiRequest {
  readonly verb: keyof typeof METHODS;
  /** Plural name, for metrics and messages: `configmaps`. */
  readonly resource: string;
  /** Path with query. */
  readonly path: string;
  readonly accept?: string;
  /** The object to create, DeleteOptions, or a patch: a JSON merge patch (RFC 7396), unless `patchType` says otherwise. */
  readonly body?: unknown;
  /** Default: `merge-patch`. */
  readonly patchType?: 'merge-patch' | 'strategic-merge-patch';
  readonly signal: AbortSignal;
}

/** 404, 409 and a list's 410 are answers, not errors: most callers have something to do about them. */
export type ApiAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'conflict' }
  /** Of a list's next page: what was being listed is forgotten. */
  | { readonly kind: 'expired' };

export interface ApiClient {
  /** @throws LockstepError API_UNREACHABLE, API_REFUSED, API_UNEXPECTED, DEADLINE_EXCEEDED, KUBECONFIG_INVALID */
  request(request: ApiRequest): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** Told of every call: its HTTP status, or why there was none. */
export type ApiObserver = (call: {
  verb: string;
  resource: string;
  outcome: string;
  seconds: number;
}) => void;

/**
 * How long a read may stay unanswered before it is made once more beside the first, on another connection. The API
 * server's own objective is 1 s for 99 % of them; what takes longer is mostly a connection that died in silence.
 */
const PATIENCE_MS = 1_000;

/** True after the time, false as soon as the signal is aborted. */
const waited = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(ms, true, { signal }).catch(() => false);

const contentType = ({ verb, patchType = 'merge-patch' }: ApiRequest): string =>
  verb === 'patch' ? `application/${patchType}+json` : 'application/json';

/** What an answer says, if it says something that callers handle. */
function understood(request: ApiRequest, { status, text }: HttpAnswer): ApiAnswer | undefined {
  if (status < 300) return { kind: 'found', body: parsed(request, text) };
  if (status === 404) return { kind: 'not-found' };
  if (status === 409) return { kind: 'conflict' };
  if (status === 410 && request.verb === 'list') return { kind: 'expired' };
  return undefined;
}

/** A client of the API server over kept-alive connections, with the credentials of the moment. */
export function apiClient(source: CredentialSource, observe: ApiObserver): ApiClient {
  const lines = connections();

  async function send(request: ApiRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { verb, path, accept = 'application/json' } = request;
    const credentials = await source.current();
    const headers: Record<string, string> = { ...credentials.headers, accept };
    if (request.body !== undefined) headers['content-type'] = contentType(request);
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    return lines.send(credentials, { method: METHODS[verb], path, headers, body, signal });
  }

  /** @param signal the request's own, or one that also ends this call where another has overtaken it */
  async function observed(request: ApiRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const started = performance.now();
    let outcome = 'error';
    try {
      const answer = await send(request, signal);
      outcome = String(answer.status);
      return answer;
    } catch (error) {
      if (request.signal.aborted) {
        outcome = 'deadline';
        lines.renewIfSilent(started);
      } else if (signal.aborted) outcome = 'superseded';
      throw error;
    } finally {
      const { verb, resource } = request;
      observe({ verb, resource, outcome, seconds: (performance.now() - started) / 1000 });
    }
  }

  /** A call, and where it is a read that is not answered for long, a second one beside it: the first answer counts. */
  async function asked(request: ApiRequest): Promise<HttpAnswer> {
    // Not a write: of two at once the 409 or 404 may arrive first. The reads before it have just found its connection well.
    if (METHODS[request.verb] !== 'GET') return observed(request, request.signal);
    const over = new AbortController();
    const signal = AbortSignal.any([request.signal, over.signal]);
    const started = performance.now();
    const first = observed(request, signal);
    try {
      const early = await Promise.race([first, waited(PATIENCE_MS, signal)]);
      if (typeof early === 'object') return early;
      if (!early) return await first;
      lines.renewIfSilent(started);
      return await Promise.any([first, observed(request, signal)]);
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    } finally {
      over.abort();
    }
  }

  return {
    async request(request) {
      let refreshed = false;
      for (let attempt = 1; ; attempt += 1) {
        let failure: Failure;
        let error: LockstepError;
        try {
          const answer = await asked(request);
          const known = understood(request, answer);
          if (known) return known;
          failure = answer;
          error = refused(request, answer);
        } catch (cause) {
          failure = { code: codeOf(cause) };
          error = failed(request, cause);
        }
        // A token has just expired, or was replaced: the file that it comes from holds another by now.
        const again = 'status' in failure && failure.status === 401 && !refreshed;
        if (again) {
          refreshed = true;
          source.refresh();
          continue;
        }
        const delay = retryDelay(attempt, failure);
        if (delay === undefined || !(await waited(delay, request.signal))) throw error;
      }
    },
    close: () => lines.close(),
  };
}
