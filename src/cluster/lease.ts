import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { type ObjectRef, segment } from '../api/path.ts';
import type { Lease } from '../background/lease.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { maybe } from '../schema.ts';
import { ObjectMeta } from '../workloads/schema.ts';
import { noLeaseError } from './errors.ts';

const LeaseSpec = Type.Object({
  holderIdentity: maybe(Type.String()),
  leaseDurationSeconds: maybe(Type.Integer()),
  acquireTime: maybe(Type.String()),
  renewTime: maybe(Type.String()),
  leaseTransitions: maybe(Type.Integer()),
});

const decodeLease = decoder(Type.Object({ metadata: ObjectMeta, spec: maybe(LeaseSpec) }), 'a Lease');

export function leaseOf(client: ApiClient, ref: ObjectRef): Lease {
  const resource = 'leases';
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${segment(ref.namespace)}/${resource}`;
  const path = `${folder}/${segment(ref.name)}`;
  return {
    async read(signal) {
      const answer = await client.request({ verb: 'get', resource, path, signal });
      if (answer.kind !== 'found') throw noLeaseError(ref);
      const { metadata, spec } = decodeLease(answer.body);
      return { spec: spec ?? {}, resourceVersion: metadata.resourceVersion ?? undefined };
    },

    async write({ resourceVersion }, spec, signal) {
      const answer = await client.request({
        verb: 'patch',
        resource,
        path: `${path}?fieldManager=${FIELD_MANAGER}`,
        body: { metadata: { resourceVersion }, spec },
        signal,
      });
      if (answer.kind === 'not-found') throw noLeaseError(ref);
      return answer.kind === 'conflict' ? 'conflict' : 'written';
    },
  };
}
