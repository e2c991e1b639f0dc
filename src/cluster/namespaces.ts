import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import { METADATA_ONLY } from '../api/request.ts';
import type { Namespaces } from '../in-step/ports.ts';
import { ObjectMeta } from '../workloads/schema.ts';

const decodeNamespace = decoder(Type.Object({ metadata: ObjectMeta }), 'a Namespace');

export function namespaces(client: ApiClient): Namespaces {
  return {
    // The namespaceSelectors of the webhook configuration filter them.
    disabledAreFiltered: true,
    async labels(namespace, signal) {
      const path = `/api/v1/namespaces/${segment(namespace)}`;
      const request = { verb: 'get', resource: 'namespaces', path, accept: METADATA_ONLY, signal } as const;
      const answer = await client.request(request);
      return answer.kind === 'found' ? (decodeNamespace(answer.body).metadata.labels ?? {}) : {};
    },
  };
}
