import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';
import { LockstepError } from '../errors.ts';
import type { CredentialSource, Credentials } from './credentials.ts';

/** What to accept where the metadata of an object, or of a list's objects, is enough. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

export interface ApiRequest {
  readonly verb: 'get' | 'list' | 'patch';
  /** Plural name, for metrics and messages: `configmaps`. */
  readonly resource: string;
  /** Path with query. */
  readonly path: string;
  readonly accept?: string;
  /** A JSON merge patch (RFC 7396). */
  readonly patch?: unknown;
  readonly signal: AbortSignal;
}

/** 404 and 409 are answers, not errors: most callers have something to do about them. */
export type ApiAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'conflict' };

export interface ApiClient {
  /** @throws LockstepError API_UNREACHABLE, API_REFUSED, DEADLINE_EXCEEDED */
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
 * Connections to the API server. A workload with hundreds of sources asks for all at once; more connections than this
 * gain nothing (one API server's fair queueing gives a client about this many seats).
 */
const CONNECTIONS = 32;

/** Shorter than Go's http.Server idle timeout behind the common load balancers (60 s), so that we close first. */
const IDLE_MS = 50_000;

const METHODS = { get: 'GET', list: 'GET', patch: 'PATCH' } as const;

function newPool({ server, tls }: Credentials): Pool {
  return new Pool(server, {
    connect: { ...tls, timeout: 2_000 },
    connections: CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
  });
}

function refused(request: ApiRequest, status: number): LockstepError {
  const what = `the API server answered ${status} to ${request.verb} ${request.resource}`;
  const hint =
    status === 403
      ? ': lockstep lacks that right'
      : status === 401
        ? ': lockstep’s token is not accepted'
        : '';
  return new LockstepError('API_REFUSED', `${what}${hint}`);
}

function unreachable(request: ApiRequest, cause: unknown): LockstepError {
  if (request.signal.aborted) {
    const message = `no answer of the API server to ${request.verb} ${request.resource} before the deadline`;
    return new LockstepError('DEADLINE_EXCEEDED', message, { cause });
  }
  // The code or kind of the error, never its message: that of a JSON parser quotes what it read.
  const code = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.name) : typeof cause;
  return new LockstepError('API_UNREACHABLE', `the API server cannot be reached (${code})`, { cause });
}

/** A client of the API server over kept-alive connections, with the credentials of the moment. */
export function apiClient(source: CredentialSource, observe: ApiObserver): ApiClient {
  let pool: Pool | undefined;
  let pooled: Credentials | undefined;

  function poolFor(credentials: Credentials): Pool {
    const usable =
      pooled && pooled.server === credentials.server && isDeepStrictEqual(pooled.tls, credentials.tls);
    if (pool && usable) return pool;
    void pool?.close();
    pool = newPool(credentials);
    pooled = credentials;
    return pool;
  }

  async function send(request: ApiRequest): Promise<{ status: number; body: unknown }> {
    const credentials = await source.current();
    const headers: Record<string, string> = {
      ...credentials.headers,
      accept: request.accept ?? 'application/json',
    };
    if (request.patch !== undefined) headers['content-type'] = 'application/merge-patch+json';
    const answer = await poolFor(credentials).request({
      method: METHODS[request.verb],
      path: request.path,
      headers,
      body: request.patch === undefined ? null : JSON.stringify(request.patch),
      signal: request.signal,
    });
    // The body of an error may quote the object: it is read to free the connection, and dropped.
    if (answer.statusCode >= 300) await answer.body.dump();
    return {
      status: answer.statusCode,
      body: answer.statusCode < 300 ? await answer.body.json() : undefined,
    };
  }

  async function observed(request: ApiRequest): Promise<{ status: number; body: unknown }> {
    const started = performance.now();
    let outcome = 'error';
    try {
      const answer = await send(request);
      outcome = String(answer.status);
      return answer;
    } catch (cause) {
      const error = cause instanceof LockstepError ? cause : unreachable(request, cause);
      outcome = error.code === 'DEADLINE_EXCEEDED' ? 'deadline' : 'error';
      throw error;
    } finally {
      observe({
        verb: request.verb,
        resource: request.resource,
        outcome,
        seconds: (performance.now() - started) / 1000,
      });
    }
  }

  return {
    async request(request) {
      let answer = await observed(request);
      if (answer.status === 401) {
        source.refresh();
        answer = await observed(request);
      }
      if (answer.status < 300) return { kind: 'found', body: answer.body };
      if (answer.status === 404) return { kind: 'not-found' };
      if (answer.status === 409) return { kind: 'conflict' };
      throw refused(request, answer.status);
    },
    async close() {
      await pool?.close();
    },
  };
}
