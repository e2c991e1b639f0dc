/** What a span says of itself. Names of objects may stand in it, and no value of any. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Headers of a request that came in. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Traces of what lockstep does, for people who look why a call was slow. */
export interface Tracing {
  /** Does work for a request. The span continues the trace that the request's headers name (W3C Trace Context). */
  serve<T>(name: string, headers: IncomingHeaders, work: () => Promise<T>): Promise<T>;
  /** Does work that nobody has asked for, as after an edit. */
  begin<T>(name: string, work: () => Promise<T>): Promise<T>;
  /**
   * Makes a request.
   * @param work gets the headers that carry the trace on
   */
  call<T>(
    name: string,
    attributes: SpanAttributes,
    work: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T>;
  /** Adds to the present span. */
  annotate(attributes: SpanAttributes): void;
  /** The present work did not come out as it should. */
  fail(why: string): void;
  /** The id of the present trace, if it is recorded. */
  traceId(): string | undefined;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

const NO_HEADERS = {};

/** No traces: nothing is loaded, and nothing is done. */
export const NO_TRACING: Tracing = {
  serve: (_name, _headers, work) => work(),
  begin: (_name, work) => work(),
  call: (_name, _attributes, work) => work(NO_HEADERS),
  annotate: () => undefined,
  fail: () => undefined,
  traceId: () => undefined,
  close: async () => undefined,
};
