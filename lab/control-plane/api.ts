import { Agent, type Dispatcher, request } from 'undici';

/** What is needed to speak to the API server over HTTP. */
export interface ApiAccess {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** The API server answered with something other than success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, path: string, body: string) {
    super(`${path} was answered with ${status}: ${body.slice(0, 500)}`);
    this.name = 'ApiError';
    this.status = status;
  }
}

/**
 * A bare HTTP client of one API server, for cases in which kubectl is too slow or does too much by itself.
 */
export interface Api {
  /**
   * The response once its headers are in.
   * @throws ApiError if its status is not 2xx
   */
  open(
    path: string,
    options?: {
      method?: Dispatcher.HttpMethod;
      body?: unknown;
      /** Default: `application/json`. */
      contentType?: string;
      signal?: AbortSignal;
      /** The user to act as, with all rights. Default: the admin. */
      as?: string;
    },
  ): Promise<Dispatcher.ResponseData['body']>;
  /** Sends a request, and resolves with the warnings of its answer. Options and errors are those of `open`. */
  send(path: string, options?: Parameters<Api['open']>[1]): Promise<{ readonly warnings: readonly string[] }>;
  /** The JSON at a path. */
  get(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens a client; close it when done. */
export function openApi({ server, ca, token }: ApiAccess): Api {
  // A watch may be silent for long: the time between two chunks has no bound.
  const dispatcher = new Agent({ connect: { ca }, bodyTimeout: 0 });
  const ask = async (
    path: string,
    { method = 'GET', body, contentType = 'application/json', signal, as }: Parameters<Api['open']>[1] = {},
  ): Promise<Dispatcher.ResponseData> => {
    const response = await request(`${server}${path}`, {
      method,
      dispatcher,
      signal: signal ?? AbortSignal.timeout(30_000),
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'content-type': contentType,
        ...(as !== undefined && { 'impersonate-user': as, 'impersonate-group': 'system:masters' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (response.statusCode < 200 || response.statusCode > 299) {
      throw new ApiError(response.statusCode, path, await response.body.text());
    }
    return response;
  };
  const open: Api['open'] = async (path, options) => (await ask(path, options)).body;
  return {
    open,
    async send(path, options) {
      const { headers, body } = await ask(path, options);
      await body.dump();
      return { warnings: [headers['warning'] ?? []].flat().flatMap(warningsIn) };
    },
    get: async (path) => (await open(path)).json(),
    close: () => dispatcher.destroy(),
  };
}

/**
 * The texts of a header `299 - "...", 299 - "..."`, in which quotes and backslashes are escaped. The API server sends UTF-8,
 * and undici reads headers as Latin-1.
 */
const warningsIn = (header: string): readonly string[] =>
  [
    ...Buffer.from(header, 'latin1')
      .toString()
      .matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g),
  ].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
