import { type Static, Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { type ObjectRef, segment } from '../api/path.ts';
import { LockstepError } from '../errors.ts';
import { maybe, ObjectMeta } from '../workloads/schema.ts';

/** Who holds a Lease, as the API has it. Times are RFC 3339 with microseconds, by the clock of whoever wrote them. */
const LeaseSpec = Type.Object({
  holderIdentity: maybe(Type.String()),
  leaseDurationSeconds: maybe(Type.Integer()),
  acquireTime: maybe(Type.String()),
  renewTime: maybe(Type.String()),
  leaseTransitions: maybe(Type.Integer()),
});

export type LeaseSpec = Static<typeof LeaseSpec>;

export interface ReadLease {
  readonly spec: LeaseSpec;
  readonly resourceVersion: string | undefined;
}

/** One Lease, by which several replicas agree on one of them. */
export interface Lease {
  /** @throws LockstepError CONFIG_INVALID where it is not there, besides the client's */
  read(signal: AbortSignal): Promise<ReadLease>;
  /** Writes these fields (null takes one away), if the Lease still is the one that was read. */
  write(read: ReadLease, spec: LeaseSpec, signal: AbortSignal): Promise<'written' | 'conflict'>;
}

const decodeLease = decoder(Type.Object({ metadata: ObjectMeta, spec: maybe(LeaseSpec) }), 'a Lease');

const missing = ({ namespace, name }: ObjectRef) =>
  new LockstepError(
    'CONFIG_INVALID',
    `--pin-lease: there is no Lease ${namespace}/${name}: make an empty one, as the chart does`,
  );

export function leaseOf(client: ApiClient, ref: ObjectRef): Lease {
  const resource = 'leases';
  const path = `/apis/coordination.k8s.io/v1/namespaces/${segment(ref.namespace)}/${resource}/${segment(ref.name)}`;
  return {
    async read(signal) {
      const answer = await client.request({ verb: 'get', resource, path, signal });
      if (answer.kind !== 'found') throw missing(ref);
      const { metadata, spec } = decodeLease(answer.body);
      return { spec: spec ?? {}, resourceVersion: metadata.resourceVersion ?? undefined };
    },

    async write({ resourceVersion }, spec, signal) {
      const answer = await client.request({
        verb: 'patch',
        resource,
        path: `${path}?fieldManager=lockstep`,
        body: { metadata: { resourceVersion }, spec },
        signal,
      });
      if (answer.kind === 'not-found') throw missing(ref);
      return answer.kind === 'conflict' ? 'conflict' : 'written';
    },
  };
}
