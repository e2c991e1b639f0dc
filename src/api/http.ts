/** A request in the terms of HTTP. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /**
   * The JSON of a successful answer, and of a 403, which says why. Undefined: it is no JSON.
   * Other bodies may quote the object, and are dropped.
   */
  readonly body: unknown;
  readonly retryAfter: string | undefined;
  /** What the API server, or a webhook of it, warns of. Absent: nothing. */
  readonly warnings?: readonly string[];
}

/**
 * etcd takes 1.5 MiB in one request. Each byte of it may come as six, because the API server
 * writes `<` as `\u003c`: 9 MiB. Lists come in pages. A page that is larger is read in smaller ones.
 */
export const LARGEST_ANSWER_MIB = 10;
