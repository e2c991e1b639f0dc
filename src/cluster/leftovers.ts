import { Type } from 'typebox';
import { type ApiClient, METADATA_LIST } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import type { OwnerChange } from '../copies/fate.ts';
import { CopyMeta, withOtherOwners } from '../copies/manifest.ts';
import { COPY_LABEL } from '../marks/names.ts';
import type { SourceKind } from '../references/sources.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';

/** A copy of a source, at the version that was read. */
export interface Copy {
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The copies of the whole cluster, for those that no ReplicaSet came to own. */
export interface Leftovers {
  /** All copies of a kind, in pages; some may come twice. */
  list(kind: SourceKind, signal: AbortSignal): AsyncIterable<readonly CopyMeta[]>;
  /** Changes the owners of the copy that was read. @returns false: it is gone, or somebody has come to use it */
  settle(copy: Copy, change: OwnerChange, signal: AbortSignal): Promise<boolean>;
  /** Deletes the copy that was read. @returns false: it is gone, or somebody has come to use it */
  remove(copy: Copy, signal: AbortSignal): Promise<boolean>;
}

/** Metadata of a copy is a few KiB. */
const PAGE_SIZE = 500;
const decodePage = pageDecoder(Type.Object({ metadata: CopyMeta }), 'copies of sources');

const at = ({ kind, namespace, name }: Copy) => {
  const { resource } = SOURCE_RESOURCES[kind];
  return { resource, path: `/api/v1/namespaces/${segment(namespace)}/${resource}/${segment(name)}` };
};

export function leftoversIn(client: ApiClient): Leftovers {
  return {
    async *list(kind, signal) {
      const { resource } = SOURCE_RESOURCES[kind];
      const path = `/api/v1/${resource}?labelSelector=${segment(`${COPY_LABEL}=true`)}`;
      const request = { resource, path, accept: METADATA_LIST, signal };
      for await (const items of pages(client, request, PAGE_SIZE, decodePage))
        yield items.map(({ metadata }) => metadata);
    },

    async settle(copy, { added, ended }, signal) {
      const { resource, path } = at(copy);
      const answer = await client.request({
        verb: 'patch',
        resource,
        path: `${path}?fieldManager=lockstep`,
        patchType: 'strategic-merge-patch',
        body: { metadata: withOtherOwners(copy, added, ended) },
        signal,
      });
      return answer.kind === 'found';
    },

    async remove(copy, signal) {
      const { uid, resourceVersion } = copy;
      // Whoever has come to use it since has written its `used-at`, or an owner.
      const body = { preconditions: { uid, resourceVersion } };
      const answer = await client.request({ verb: 'delete', ...at(copy), body, signal });
      return answer.kind === 'found';
    },
  };
}
