import type { Credentials } from './credentials.ts';
import { baseOf, type DateObserver, textOf } from './pool.ts';
import { openRoutes } from './routes.ts';

export interface StreamRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The body fails after so long without a byte. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/** An answer whose body may come for minutes. */
export interface Stream {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Of a successful answer. Others are dropped. */
  readonly body: AsyncIterable<Buffer>;
}

export interface Streams {
  /** Resolves when the answer begins. Rejects with undici's errors. */
  open(credentials: Credentials, request: StreamRequest): Promise<Stream>;
  /** Closes all connections now. Streams under way fail. */
  close(): Promise<void>;
}

/** Connections for long answers: one for each. Nothing else goes over them, and none is used twice. */
export function openStreams(observeDate: DateObserver): Streams {
  const routes = openRoutes();
  return {
    async open(credentials, { path, headers, silenceMs, signal }) {
      const { origin, base } = baseOf(credentials);
      const dispatcher = routes.dispatcherFor(credentials);
      const sentAt = performance.now();
      const answer = await dispatcher.request({
        method: 'GET',
        origin,
        path: `${base}${path}`,
        headers,
        bodyTimeout: silenceMs,
        // A connection that was kept may have died since, and only a long wait would tell.
        reset: true,
        signal,
      });
      const { statusCode: status, body } = answer;
      const date = textOf(answer.headers['date']);
      if (date !== undefined && status < 500) observeDate(date, sentAt);
      if (status >= 300) await body.dump();
      return { status, retryAfter: textOf(answer.headers['retry-after']), body };
    },
    close: routes.close,
  };
}
