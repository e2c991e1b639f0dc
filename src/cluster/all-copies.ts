import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { METADATA_LIST } from '../api/request.ts';
import { CopyMeta, ownerChangePatch, ownersPatch } from '../copies/manifest.ts';
import { COPY_LABEL } from '../marks/names.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import type { AllCopies, Copy } from '../sweep/ports.ts';
import { pathOf, sourceFolder } from './object-reads.ts';
import { revisionExists } from './pod-revisions.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';

/** The metadata of a copy takes a few KiB. Other objects with the label may have more than 256 KiB. */
const PAGE_SIZE = 500;
const decodePage = pageDecoder(Type.Object({ metadata: CopyMeta }), 'copies of sources');

const locationOf = ({ kind, namespace, name }: Copy) => ({
  resource: SOURCE_RESOURCES[kind].resource,
  path: pathOf(namespace, kind, name),
});

export function allCopies(client: ApiClient): AllCopies {
  const patchOwners = (copy: Copy, metadata: object, signal: AbortSignal) => {
    const { resource, path } = locationOf(copy);
    return client.request({
      verb: 'patch',
      resource,
      path: `${path}?fieldManager=${FIELD_MANAGER}`,
      patchType: 'strategic-merge-patch',
      body: { metadata },
      signal,
    });
  };
  return {
    async *list(kind, namespace, signal, onSkipped) {
      const { resource } = SOURCE_RESOURCES[kind];
      const path = `${sourceFolder(kind, namespace)}?labelSelector=${segment(`${COPY_LABEL}=true`)}`;
      const request = { resource, path, accept: METADATA_LIST, signal };
      for await (const items of pages(client, request, { size: PAGE_SIZE, decode: decodePage, onSkipped }))
        yield items.map(({ metadata }) => metadata);
    },

    async assign(copy, { added, ended }, signal) {
      const answer = await patchOwners(copy, ownerChangePatch(copy, added, ended), signal);
      return answer.kind === 'found';
    },

    async reserve(copy, owners, signal) {
      await patchOwners(copy, ownersPatch(copy.uid, owners), signal);
    },

    revisionExists: (namespace, owner, signal) => revisionExists(client, namespace, owner, signal),

    async remove(copy, signal) {
      const { uid, resourceVersion } = copy;
      // A review that has begun to use the copy meanwhile has written its `used-at`, or an owner.
      const body = { preconditions: { uid, resourceVersion } };
      const answer = await client.request({ verb: 'delete', ...locationOf(copy), body, signal });
      return answer.kind === 'found';
    },
  };
}
