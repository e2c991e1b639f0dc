import { type Static, type TSchema, Type } from 'typebox';
import { maybe } from '../schema.ts';
import type { ApiClient } from './client.ts';
import { decoder } from './decode.ts';
import { endlessListError, isTooLargeError, noListError, tooLargeObjectError } from './errors.ts';
import { segment } from './path.ts';
import { type ApiRequest, NAMES_ONLY } from './request.ts';

interface Page<T> {
  readonly metadata?: { readonly continue?: string | null } | null;
  readonly items: readonly T[];
}

const Continued = maybe(Type.Object({ continue: maybe(Type.String()) }));

/**
 * A decoder for pages of a list. If a list of metadata alone has no items, the API server sends `"items":null`
 * (tested: `test/promises/api-lists`).
 */
export function pageDecoder<T extends TSchema>(item: T, what: string): (body: unknown) => Page<Static<T>> {
  const decode = decoder(Type.Object({ metadata: Continued, items: maybe(Type.Array(item)) }), what);
  return (body) => {
    const { metadata, items } = decode(body);
    return { ...(metadata && { metadata }), items: items ?? [] };
  };
}

/** The first cell of each row of a table is the name of an object. */
const decodeNames = decoder(
  Type.Object({
    metadata: Continued,
    rows: maybe(Type.Array(Type.Object({ cells: Type.Array(Type.Unknown()) }))),
  }),
  'names of a list',
);

/** How often a list may begin again. Then the API server forgets faster than it can be read. */
const MOST_RESTARTS = 5;

type ListRequest = Omit<ApiRequest, 'verb'>;

/** How a list is read. */
export interface PageOptions<T> {
  /** Most items of a page. */
  readonly size: number;
  readonly decode: (body: unknown) => Page<T>;
  /**
   * Called for an object that is too large to be read. Without it, such an object ends the list with an error:
   * for callers that act on what is missing.
   */
  readonly onSkipped?: (error: Error) => void;
  /** The API server may not serve this resource, because nobody has installed it. Then there are no items. */
  readonly mayBeAbsent?: boolean;
}

function pageRequest(request: ListRequest, limit: number, token: string | undefined): ApiRequest {
  const query = token === undefined ? `limit=${limit}` : `limit=${limit}&continue=${segment(token)}`;
  const path = `${request.path}${request.path.includes('?') ? '&' : '?'}${query}`;
  return { ...request, verb: 'list', path };
}

/** Reads the name of the next object of a list, without the object, and where the list goes on after it. */
async function nameOfNext(client: ApiClient, request: ListRequest, token: string | undefined) {
  const { path, ...rest } = pageRequest(request, 1, token);
  const answer = await client.request({ ...rest, path: `${path}&includeObject=None`, accept: NAMES_ONLY });
  if (answer.kind !== 'found') throw noListError(request.resource);
  const { metadata, rows } = decodeNames(answer.body);
  return { name: String(rows?.[0]?.cells[0] ?? ''), next: metadata?.continue || undefined };
}

/** Reads a page. Undefined: it is too large. */
async function readPage(client: ApiClient, request: ListRequest, limit: number, token: string | undefined) {
  try {
    return await client.request(pageRequest(request, limit, token));
  } catch (error) {
    if (isTooLargeError(error)) return undefined;
    throw error;
  }
}

/**
 * Reads a list page by page, so that memory holds one page at a time. A page that is too large is read again
 * in halves. If the API server no longer has the state that it was listing, the list begins again; some items
 * then come twice.
 * @throws LockstepError what the API client throws; the list
 * never ends early, because callers act on what is missing
 */
export async function* pages<T>(
  client: ApiClient,
  request: ListRequest,
  { size, decode, onSkipped, mayBeAbsent }: PageOptions<T>,
): AsyncGenerator<readonly T[], void> {
  let [limit, restarts] = [size, 0];
  let token: string | undefined;
  for (;;) {
    const answer = await readPage(client, request, limit, token);
    if (answer?.kind === 'found') {
      const { metadata, items } = decode(answer.body);
      yield items;
      token = metadata?.continue || undefined;
      if (token === undefined) return;
      limit = Math.min(size, limit * 2);
    } else if (answer?.kind === 'expired' && token !== undefined) {
      restarts += 1;
      if (restarts > MOST_RESTARTS) throw endlessListError(request.resource);
      token = undefined;
    } else if (answer?.kind === 'not-found' && mayBeAbsent) return;
    else if (answer) throw noListError(request.resource);
    else if (limit > 1) limit = Math.floor(limit / 2);
    else {
      const { name, next } = await nameOfNext(client, request, token);
      const error = tooLargeObjectError(request, name);
      if (!onSkipped) throw error;
      onSkipped(error);
      token = next;
      if (token === undefined) return;
    }
  }
}
