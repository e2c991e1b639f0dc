import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HttpRequest } from './http.ts';

/** The headers of an answer, by their names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * What to do with the body of an answer:
 * - `text`: take all of it, and then go on. It must be short
 * - `stream`: go on, and take it as it comes
 * - `drop`: keep nothing. A short one is read, as its connection is used again then
 */
export type BodyUse = 'text' | 'stream' | 'drop';

/** A body that is dropped ends its connection if it is longer: to read it would take longer than to connect again. */
const MOST_DROPPED = 128 * 1024;

/** What came of a request. */
export interface Exchanged {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string | AsyncIterable<Buffer> | undefined;
}

/** Where a request goes. */
interface Target extends HttpRequest {
  readonly origin: string;
}

type UseOf = (status: number, headers: AnswerHeaders) => BodyUse;

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** The text of a body, without a byte order mark. Mostly there is one chunk. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const text = (first && chunks.length === 1 ? first : Buffer.concat(chunks)).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** A request that is under way, and its answer as it comes in. */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly settled = Promise.withResolvers<Exchanged>();
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private head: Pick<Exchanged, 'status' | 'headers'> | undefined;
  private use: BodyUse = 'drop';
  private stream: Readable | undefined;
  private dropped = 0;
  private isOver = false;
  private readonly signal: AbortSignal;
  private readonly useOf: UseOf;

  constructor(signal: AbortSignal, useOf: UseOf) {
    this.signal = signal;
    this.useOf = useOf;
    signal.addEventListener('abort', this.abort, { once: true });
  }

  get result(): Promise<Exchanged> {
    return this.settled.promise;
  }

  private readonly abort = () => this.fail(this.signal.reason);

  private end(): void {
    this.isOver = true;
    this.signal.removeEventListener('abort', this.abort);
  }

  /** The reason of an abort is whatever its caller gave. */
  fail(reason: unknown): void {
    if (this.isOver) return;
    this.end();
    this.settled.reject(reason);
    this.controller?.abort(toError(reason));
    this.stream?.destroy(toError(reason));
  }

  /** @param bytes how long the body that is dropped is, so far as is known */
  private dropIfLong(started: Dispatcher.DispatchController, bytes: number): void {
    if (!(bytes > MOST_DROPPED) || this.isOver || !this.head) return;
    this.end();
    this.settled.resolve({ ...this.head, body: undefined });
    started.abort(new DOMException('a long body is dropped', 'AbortError'));
  }

  private streamOf(started: Dispatcher.DispatchController): Readable {
    const stream = new Readable({
      read: () => started.resume(),
      destroy: (error, done) => {
        // Its reader has had enough.
        this.fail(error ?? new DOMException('nobody reads the answer', 'AbortError'));
        done(error);
      },
    });
    // It may fail before somebody reads it, and who does sees the failure.
    return stream.on('error', () => undefined);
  }

  onRequestStart(started: Dispatcher.DispatchController): void {
    this.controller = started;
    if (this.isOver) started.abort(toError(this.signal.reason));
  }

  onResponseStart(started: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    // What comes before the answer itself.
    if (status < 200) return;
    this.head = { status, headers };
    this.use = this.useOf(status, headers);
    if (this.use === 'drop') this.dropIfLong(started, Number(headers['content-length']));
    if (this.use !== 'stream') return;
    this.stream = this.streamOf(started);
    this.settled.resolve({ ...this.head, body: this.stream });
  }

  onResponseData(started: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.use === 'text') this.chunks.push(chunk);
    else if (this.stream?.push(chunk) === false) started.pause();
    else if (this.use === 'drop') {
      this.dropped += chunk.length;
      this.dropIfLong(started, this.dropped);
    }
  }

  onResponseEnd(): void {
    this.end();
    this.stream?.push(null);
    // A stream has been handed over already.
    if (this.head)
      this.settled.resolve({ ...this.head, body: this.use === 'text' ? textOf(this.chunks) : undefined });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }
}

/**
 * Sends a request. undici's own `request` makes a stream, a resource and several promises of each answer. Nearly all of
 * ours are one short text, and then that is half of the cost of a read.
 * @param useOf called when an answer begins, with its status and its headers
 */
export function exchange(
  dispatcher: Dispatcher,
  { signal, ...request }: Target,
  useOf: UseOf,
): Promise<Exchanged> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const under = new Exchange(signal, useOf);
  try {
    dispatcher.dispatch(request, under);
  } catch (error) {
    under.fail(error);
  }
  return under.result;
}
