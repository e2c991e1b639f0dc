import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { GROUP, VERSION } from '../assessments/shape.ts';
import type { Registration } from '../certificates/ports.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { maybe } from '../schema.ts';
import { ObjectMeta } from '../workloads/schema.ts';
import { fromBase64, toBase64 } from './base64.ts';

const decode = decoder(
  Type.Object({ metadata: ObjectMeta, spec: Type.Object({ caBundle: maybe(Type.String()) }) }),
  'an APIService',
);

/** The name of an APIService follows from what it serves. */
const NAME = `${VERSION}.${GROUP}`;

/** The APIService of assessments, as a registration: the API server trusts lockstep by its caBundle, too. */
export function apiService(client: ApiClient): Registration {
  const resource = 'apiservices';
  const path = `/apis/apiregistration.k8s.io/v1/${resource}/${NAME}`;
  return {
    async read(signal) {
      const answer = await client.request({ verb: 'get', resource, path, signal });
      if (answer.kind !== 'found') return undefined;
      const { metadata, spec } = decode(answer.body);
      return {
        caBundles: new Map([[NAME, fromBase64(spec.caBundle ?? '')]]),
        resourceVersion: metadata.resourceVersion ?? undefined,
      };
    },

    async trust({ resourceVersion }, caBundle, signal) {
      const answer = await client.request({
        verb: 'patch',
        resource,
        path: `${path}?fieldManager=${FIELD_MANAGER}`,
        body: { metadata: { resourceVersion }, spec: { caBundle: toBase64(caBundle) } },
        signal,
      });
      return answer.kind === 'found' ? 'written' : answer.kind === 'conflict' ? 'conflict' : 'gone';
    },
  };
}
