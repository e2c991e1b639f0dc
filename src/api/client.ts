import { sleep } from '../abort.ts';
import { codeOf } from '../errors.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { toAnswer } from './answers.ts';
import { call, type Line } from './call.ts';
import { connections } from './connections.ts';
import type { CredentialSource } from './credentials.ts';
import { callError, refusalError } from './errors.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';
import { type Failure, retryDelay } from './retry.ts';

export interface ApiClient {
  /**
   * @throws LockstepError API_UNREACHABLE, API_REFUSED, API_UNEXPECTED, DEADLINE_EXCEEDED, KUBECONFIG_INVALID
   */
  request(request: ApiRequest): Promise<ApiAnswer>;
  close(): Promise<void>;
}

type Attempt =
  | { readonly kind: 'answered'; readonly answer: ApiAnswer }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly error: Error };

async function attempt(line: Line, request: ApiRequest): Promise<Attempt> {
  try {
    const http = await call(line, request);
    const answer = toAnswer(request, http);
    if (answer) return { kind: 'answered', answer };
    return { kind: 'failed', failure: http, error: refusalError(request, http) };
  } catch (cause) {
    return { kind: 'failed', failure: { code: codeOf(cause) }, error: callError(request, cause) };
  }
}

const isUnauthorized = (failure: Failure): boolean => 'status' in failure && failure.status === 401;

/** A client of the API server over kept-alive connections, with the credentials of the moment. */
export function apiClient(source: CredentialSource, metrics: Pick<Metrics, 'apiCall'>): ApiClient {
  const line = { connections: connections(), source, metrics };
  return {
    async request(request) {
      let refreshed = false;
      for (let attempts = 1; ; attempts += 1) {
        const result = await attempt(line, request);
        if (result.kind === 'answered') return result.answer;
        const { failure, error } = result;
        // A token has just expired, or was replaced: the file that it comes from holds another by now.
        if (isUnauthorized(failure) && !refreshed) {
          refreshed = true;
          source.refresh();
          continue;
        }
        const delayMs = retryDelay(attempts, failure);
        if (delayMs === undefined || !(await sleep(delayMs, request.signal))) throw error;
      }
    },
    close: () => line.connections.close(),
  };
}
