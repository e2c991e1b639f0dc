import { unlessAborted } from '../abort.ts';
import { parseJson } from '../json.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Turns, turns } from '../waiting/turns.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { brokenWatchError, callError, notJsonError, refusalError, tooLargeEventError } from './errors.ts';
import { LARGEST_ANSWER_MIB } from './http.ts';
import { linesOf } from './lines.ts';
import { namespaceOf } from './path.ts';
import type { DateObserver } from './pool.ts';
import { isWordy } from './read-json.ts';
import { openStreams, type Stream } from './streams.ts';

/** A watch: a GET with a long answer, whose lines are events. */
export interface WatchRequest {
  /** Plural name, for metrics and messages: `configmaps`. */
  readonly resource: string;
  /** Path with query. */
  readonly path: string;
  readonly accept?: string;
  /** The watch ends with an error after so long without an event: its connection may be dead. */
  readonly silenceMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** One line of the answer. */
export type WatchLine =
  /** Whatever JSON it is. */
  | { readonly kind: 'event'; readonly event: unknown }
  /** It was too large to be read. */
  | { readonly kind: 'skipped'; readonly error: Error };

export type WatchAnswer =
  /**
   * The lines end when the API server ends the watch. They throw LockstepError API_UNREACHABLE if the connection
   * broke or is silent, and API_UNEXPECTED if a line is no JSON.
   */
  | { readonly kind: 'open'; readonly lines: AsyncIterable<WatchLine> }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly error: Error;
    };

export interface WatchDeps {
  readonly source: CredentialSource;
  readonly metrics: Pick<Metrics, 'observeApiCall'>;
  readonly observeDate: DateObserver;
}

export interface Watches {
  /** @throws LockstepError what a call throws */
  open(request: WatchRequest): Promise<WatchAnswer>;
  /** Ends all watches. */
  close(): Promise<void>;
}

const LARGEST_LINE = LARGEST_ANSWER_MIB * 1024 * 1024;
const VERB = 'watch';

async function* readLines(request: WatchRequest, { body }: Stream, { take }: Turns) {
  const call = { ...request, verb: VERB };
  try {
    for await (const line of linesOf(body, LARGEST_LINE)) {
      if (!line) {
        yield { kind: 'skipped', error: tooLargeEventError(call) } as const;
        continue;
      }
      if (isWordy(line.length)) await take(namespaceOf(request.path), request.signal);
      const event = parseJson(line.toString('utf8'));
      if (event === undefined) throw notJsonError(call);
      yield { kind: 'event', event } as const;
    }
  } catch (cause) {
    throw brokenWatchError(call, cause);
  }
}

/**
 * Watches of the API server. They have connections of their own, so that calls never wait for a place that a watch has.
 * A watch counts as a call whose answer has come when it begins.
 */
export function watches({ source, metrics, observeDate }: WatchDeps): Watches {
  const streams = openStreams(observeDate);
  const taken = turns();

  async function attempt(request: WatchRequest): Promise<{ stream: Stream; credentials: Credentials }> {
    const { resource, path, accept = 'application/json', silenceMs, signal } = request;
    const started = performance.now();
    let outcome: string | undefined = 'error';
    try {
      const credentials = await unlessAborted(source.current(), signal);
      const headers = { ...credentials.headers, accept };
      const stream = await streams.open(credentials, { path, headers, silenceMs, signal });
      outcome = String(stream.status);
      return { stream, credentials };
    } catch (cause) {
      // The watch was ended, and did not fail.
      if (signal.aborted) outcome = undefined;
      throw callError({ ...request, verb: VERB }, cause);
    } finally {
      const seconds = (performance.now() - started) / 1000;
      if (outcome !== undefined) metrics.observeApiCall({ verb: VERB, resource, outcome, seconds });
    }
  }

  return {
    async open(request) {
      let { stream, credentials } = await attempt(request);
      // A token has expired or was replaced. The file that it came from holds another one by now.
      if (stream.status === 401) {
        source.refresh(credentials);
        ({ stream, credentials } = await attempt(request));
      }
      const { status, retryAfter } = stream;
      if (status < 300) return { kind: 'open', lines: readLines(request, stream, taken) };
      const error = refusalError({ ...request, verb: VERB }, { status, body: undefined, retryAfter });
      return { kind: 'refused', status, retryAfter, error };
    },
    close: streams.close,
  };
}
