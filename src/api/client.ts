import { sleep } from '../abort.ts';
import { codeOf } from '../errors.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import { toAnswer } from './answers.ts';
import { type CallDeps, call } from './call.ts';
import { type ClusterClock, clusterClock, type ObservedClock } from './clock.ts';
import { connections } from './connections.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { type Caller, callError, refusalError } from './errors.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';
import { type Failure, retryDelay } from './retry.ts';
import { type WatchAnswer, type WatchRequest, watches } from './watch.ts';

export interface ApiClient {
  /**
   * @throws LockstepError API_UNREACHABLE, API_REFUSED, API_UNEXPECTED, DEADLINE_EXCEEDED, KUBECONFIG_INVALID
   */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /**
   * Opens a watch. It is not tried again, except with other credentials after a 401.
   * @throws LockstepError what `request` throws
   */
  watch(request: WatchRequest): Promise<WatchAnswer>;
  /** The API server's clock, as its answers tell it. */
  readonly clock: ClusterClock;
  close(): Promise<void>;
}

type Attempt =
  | { readonly kind: 'answered'; readonly answer: ApiAnswer }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly error: Error;
      /** The credentials that the API server does not accept. */
      readonly rejected?: Credentials;
    };

/** Whose calls they are, and who is told of warnings in the answers. */
export interface OnBehalf {
  readonly caller: Caller;
  readonly onWarning?: (text: string) => void;
}

type Deps = CallDeps & OnBehalf;

async function attempt(deps: Deps, request: ApiRequest): Promise<Attempt> {
  try {
    const http = await call(deps, request);
    for (const warning of http.warnings ?? []) deps.onWarning?.(warning);
    const answer = toAnswer(request, http);
    if (answer) return { kind: 'answered', answer };
    const rejected = http.status === 401 ? { rejected: http.credentials } : {};
    return { kind: 'failed', failure: http, error: refusalError(request, http, deps.caller), ...rejected };
  } catch (cause) {
    return { kind: 'failed', failure: { code: codeOf(cause) }, error: callError(request, cause) };
  }
}

/**
 * A client of the API server. It keeps connections alive, and each call carries the current credentials.
 */
export function apiClient(
  source: CredentialSource,
  metrics: Pick<Metrics, 'observeApiCall'>,
  clock: ObservedClock = clusterClock(),
  tracing: Tracing = NO_TRACING,
  onBehalf: OnBehalf = { caller: 'lockstep' },
): ApiClient {
  const deps = { connections: connections(clock.observe), source, metrics, tracing, ...onBehalf };
  const { open: watch, close: closeWatches } = watches({ source, metrics, observeDate: clock.observe });
  return {
    clock,
    watch,
    async request(request) {
      let refreshed = false;
      for (let attempts = 1; ; attempts += 1) {
        const result = await attempt(deps, request);
        if (result.kind === 'answered') return result.answer;
        const { failure, error, rejected } = result;
        // A token has expired or was replaced. The file that it came from holds another one by now.
        if (rejected && !refreshed) {
          refreshed = true;
          source.refresh(rejected);
          continue;
        }
        const delayMs = retryDelay(attempts, failure);
        if (delayMs === undefined || !(await sleep(delayMs, request.signal))) throw error;
      }
    },
    async close() {
      await Promise.all([closeWatches(), deps.connections.close()]);
    },
  };
}
