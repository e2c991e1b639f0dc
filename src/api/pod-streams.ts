import { unlessAborted } from '../abort.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { callError } from './errors.ts';
import { segment } from './path.ts';
import { type ContainerPlace, type ExecAnswer, type ExecRequest, execIn } from './pod-exec.ts';
import type { DateObserver } from './pool.ts';
import { openRoutes } from './routes.ts';
import { openStreams, type Streams } from './streams.ts';

export interface LogRequest extends ContainerPlace {
  /** The log of the instance before the present one. */
  readonly previous: boolean;
  readonly lines: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export type LogAnswer =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'refused'; readonly status: number };

/** What the kubelet answers by way of the API server: what a program prints. */
export interface PodStreams {
  /** @throws LockstepError API_UNREACHABLE, DEADLINE_EXCEEDED, KUBECONFIG_INVALID */
  exec(request: ExecRequest): Promise<ExecAnswer>;
  /**
   * The last lines that a container has written.
   * @throws LockstepError what `exec` throws
   */
  logs(request: LogRequest): Promise<LogAnswer>;
  close(): Promise<void>;
}

export interface PodStreamsDeps {
  readonly source: CredentialSource;
  readonly metrics: Pick<Metrics, 'observeApiCall'>;
  readonly observeDate: DateObserver;
}

const SILENCE_MS = 10_000;

interface Call {
  readonly verb: string;
  readonly resource: string;
  readonly signal: AbortSignal;
}

function logPath({ namespace, pod, container, previous, lines, mostBytes }: LogRequest): string {
  const query = new URLSearchParams({
    container,
    previous: String(previous),
    tailLines: String(lines),
    limitBytes: String(mostBytes),
  });
  return `/api/v1/namespaces/${segment(namespace)}/pods/${segment(pod)}/log?${query}`;
}

async function textOf(body: AsyncIterable<Buffer>, mostBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString('utf8');
}

/** Makes a call with the present credentials, and once more if these are no longer accepted. */
function caller(source: CredentialSource, metrics: PodStreamsDeps['metrics']) {
  return async function called<T>(
    call: Call,
    make: (credentials: Credentials) => Promise<T>,
    statusOf: (answer: T) => number,
  ): Promise<T> {
    for (let isFirst = true; ; isFirst = false) {
      const started = performance.now();
      let outcome = 'error';
      try {
        const credentials = await unlessAborted(source.current(), call.signal);
        const answer = await make(credentials);
        outcome = String(statusOf(answer));
        if (outcome !== '401' || !isFirst) return answer;
        source.refresh(credentials);
      } catch (cause) {
        throw callError(call, cause);
      } finally {
        const { verb, resource } = call;
        metrics.observeApiCall({ verb, resource, outcome, seconds: (performance.now() - started) / 1000 });
      }
    }
  };
}

async function readLog(
  streams: Streams,
  credentials: Credentials,
  request: LogRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { ...credentials.headers, accept: 'text/plain, */*' };
  const { signal, mostBytes } = request;
  const path = logPath(request);
  const { status, body } = await streams.open(credentials, { path, headers, silenceMs: SILENCE_MS, signal });
  return { status, text: status < 300 ? await textOf(body, mostBytes) : '' };
}

/** Programs and logs of containers. Each has a connection of its own. */
export function podStreams({ source, metrics, observeDate }: PodStreamsDeps): PodStreams {
  const streams = openStreams(observeDate);
  const routes = openRoutes();

  const called = caller(source, metrics);

  return {
    exec: (request) =>
      called(
        { verb: 'exec', resource: 'pods', signal: request.signal },
        (credentials) => execIn(routes.dispatcherFor(credentials), credentials, request),
        (answer) => (answer.kind === 'refused' ? answer.status : 101),
      ),
    async logs(request) {
      const call = { verb: 'get', resource: 'pods/log', signal: request.signal };
      const read = (credentials: Credentials) => readLog(streams, credentials, request);
      const { status, text } = await called(call, read, (answer) => answer.status);
      return status < 300 ? { kind: 'found', text } : { kind: 'refused', status };
    },
    close: async () => {
      await Promise.all([routes.close(), streams.close()]);
    },
  };
}
