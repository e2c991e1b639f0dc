import type { ApiClient } from '../api/client.ts';
import { type PageOptions, pages } from '../api/pages.ts';
import type { ApiRequest } from '../api/request.ts';

interface Bounds<T> extends PageOptions<T> {
  /** How many items are looked at. */
  readonly most: number;
}

/**
 * The items of a list that are wanted. Undefined: the list has more items than a review looks at.
 * @throws LockstepError what the API client throws
 */
export async function itemsOf<T>(
  client: ApiClient,
  request: Omit<ApiRequest, 'verb'>,
  { most, ...options }: Bounds<T>,
  isWanted: (item: T) => boolean,
): Promise<readonly T[] | undefined> {
  const wanted: T[] = [];
  let seen = 0;
  for await (const items of pages(client, request, options)) {
    seen += items.length;
    if (seen > most) return undefined;
    wanted.push(...items.filter(isWanted));
  }
  return wanted;
}
