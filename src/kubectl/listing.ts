import { Type } from 'typebox';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { METADATA_LIST } from '../api/request.ts';
import { unlessForbidden } from './forbidden.ts';
import type { Session } from './session.ts';

/** What is listed. */
export interface Listing {
  /** `apis/batch/v1` */
  readonly api: string;
  /** `cronjobs` */
  readonly resource: string;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** The values of the objects are neither sent nor read. */
  readonly metadataOnly?: boolean;
  /** The API server may not serve it. */
  readonly mayBeAbsent?: boolean;
}

const PAGE_SIZE = 500;
const decodePage = pageDecoder(Type.Unknown(), 'objects');

/**
 * Lists objects page by page. Each item is kept as `toKept` makes it, so memory holds no whole list.
 * @returns undefined: the person may not list them
 */
export async function listObjects<T>(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  { api, resource, namespace, metadataOnly, mayBeAbsent = false }: Listing,
  toKept: (item: unknown) => readonly T[],
): Promise<readonly T[] | undefined> {
  const folder = namespace === undefined ? '' : `namespaces/${segment(namespace)}/`;
  const path = `/${api}/${folder}${resource}`;
  const request = { resource, path, signal, ...(metadataOnly && { accept: METADATA_LIST }) };
  const read = async () => {
    const kept: T[] = [];
    for await (const items of pages(client, request, { size: PAGE_SIZE, decode: decodePage, mayBeAbsent }))
      kept.push(...items.flatMap(toKept));
    return kept;
  };
  return unlessForbidden({ signal }, read, undefined);
}
