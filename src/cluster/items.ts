import type { ApiClient } from '../api/client.ts';
import { type PageOptions, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import type { ApiRequest } from '../api/request.ts';
import { type LabelSelector, selectorString } from '../workloads/label-selector.ts';

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

/**
 * Whether a list has an item that is wanted. It is read up to the first such one. `unknown`: none of those that a list
 * is looked through for is.
 * @throws LockstepError what the API client throws
 */
export async function someItem<T>(
  client: ApiClient,
  request: Omit<ApiRequest, 'verb'>,
  { most, ...options }: Bounds<T>,
  isWanted: (item: T) => boolean,
): Promise<'some' | 'none' | 'unknown'> {
  let seen = 0;
  for await (const items of pages(client, request, options)) {
    if (items.some(isWanted)) return 'some';
    seen += items.length;
    if (seen > most) return 'unknown';
  }
  return 'none';
}

/** Where items are, and which of them a selector means. */
interface Selected {
  readonly resource: string;
  /** The API path of the items in their namespace. */
  readonly folder: string;
  /** Undefined: it is not known. */
  readonly selector: LabelSelector | undefined;
}

/**
 * The items that a selector means and that are wanted. Undefined: there are too many to look at, or the selector is not
 * known.
 * @throws LockstepError what the API client throws
 */
export async function selectedItems<T>(
  client: ApiClient,
  { resource, folder, selector }: Selected,
  bounds: Bounds<T>,
  signal: AbortSignal,
  isWanted: (item: T) => boolean,
): Promise<readonly T[] | undefined> {
  const labels = selector && selectorString(selector);
  if (labels === undefined) return undefined;
  const path = `${folder}?labelSelector=${segment(labels)}`;
  return itemsOf(client, { resource, path, signal }, bounds, isWanted);
}
