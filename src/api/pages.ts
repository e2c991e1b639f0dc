import { type Static, type TSchema, Type } from 'typebox';
import { maybe } from '../schema.ts';
import type { ApiClient } from './client.ts';
import { decoder } from './decode.ts';
import { noListError } from './errors.ts';
import { segment } from './path.ts';
import type { ApiRequest } from './request.ts';

interface Page<T> {
  readonly metadata?: { readonly continue?: string | null } | null;
  readonly items: readonly T[];
}

/** A decoder for pages of a list. */
export const pageDecoder = <T extends TSchema>(
  item: T,
  what: string,
): ((body: unknown) => Page<Static<T>>) => {
  const metadata = maybe(Type.Object({ continue: maybe(Type.String()) }));
  return decoder(Type.Object({ metadata, items: Type.Array(item) }), what);
};

/**
 * Reads a list page by page, so that memory holds one page at a time. If the API server no
 * longer has the state that it was listing, the list begins again; some items then come twice.
 * @param size most items of a page: an answer of more than 10 MiB is refused
 * @throws LockstepError what the API client throws; the list
 * never ends early, because callers act on what is missing
 */
export async function* pages<T>(
  client: ApiClient,
  request: Omit<ApiRequest, 'verb'>,
  size: number,
  decode: (body: unknown) => Page<T>,
): AsyncGenerator<readonly T[], void> {
  const first = `${request.path}${request.path.includes('?') ? '&' : '?'}limit=${size}`;
  let path = first;
  for (;;) {
    const answer = await client.request({ ...request, verb: 'list', path });
    if (answer.kind === 'found') {
      const { metadata, items } = decode(answer.body);
      yield items;
      if (!metadata?.continue) return;
      path = `${first}&continue=${segment(metadata.continue)}`;
    } else if (answer.kind === 'expired' && path !== first) path = first;
    else throw noListError(request.resource);
  }
}
