import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import { METADATA_ONLY } from '../api/request.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { SourceKind } from '../references/sources.ts';
import { decodeMeta, SOURCE_RESOURCES } from './source-kinds.ts';

/** The API path of the sources of a kind: in a namespace, or in all. */
export const sourceFolder = (kind: SourceKind, namespace?: string): string => {
  const inNamespace = namespace === undefined ? '' : `namespaces/${segment(namespace)}/`;
  return `/api/v1/${inNamespace}${SOURCE_RESOURCES[kind].resource}`;
};

/** The API path of a source, or of a copy of one. */
export const pathOf = (namespace: string, kind: SourceKind, name: string): string =>
  `${sourceFolder(kind, namespace)}/${segment(name)}`;

/**
 * Whether an object can have this name. The API server does not check the names in references, if they are not
 * empty. It answers a read of `..` or `a/b` with 400 or 403, and not with 404.
 */
export const canExist = ({ name }: { readonly name: string }): boolean => isDnsSubdomain(name);

/** Reads of single objects. Calls that arrive together share one read. */
export function objectReads(client: ApiClient, reads: SharedReads) {
  function get<T>(
    path: string,
    resource: string,
    signal: AbortSignal,
    decode: (body: unknown) => T,
    accept = {},
  ) {
    const key = JSON.stringify([path, accept]);
    return reads.share(key, signal, async (shared) => {
      const request = { verb: 'get', resource, path, signal: shared } as const;
      const answer = await client.request({ ...request, ...accept });
      return answer.kind === 'found' ? decode(answer.body) : undefined;
    });
  }
  return {
    metadata: (path: string, resource: string, signal: AbortSignal) =>
      get(path, resource, signal, (body) => decodeMeta(body).metadata, { accept: METADATA_ONLY }),
    whole: (path: string, kind: SourceKind, signal: AbortSignal) =>
      get(path, SOURCE_RESOURCES[kind].resource, signal, SOURCE_RESOURCES[kind].decode),
  };
}
