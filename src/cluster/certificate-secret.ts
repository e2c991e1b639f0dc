import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { type ObjectRef, segment } from '../api/path.ts';
import { LockstepError } from '../errors.ts';
import { maybe, ObjectMeta, StringMap } from '../workloads/schema.ts';

/** A Secret's entries as text, with the version that they were read at. */
export interface ReadSecret {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string | undefined;
}

/** One Secret, on which several replicas agree. */
export interface CertificateSecret {
  /** @throws LockstepError CERTIFICATE_INVALID where it is not there, besides the client's */
  read(signal: AbortSignal): Promise<ReadSecret>;
  /** Writes entries, and removes those that are undefined, if the Secret still is the one that was read. */
  write(
    read: ReadSecret,
    entries: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<'written' | 'conflict'>;
}

const decodeSecret = decoder(Type.Object({ metadata: ObjectMeta, data: maybe(StringMap) }), 'a Secret');

const missing = ({ namespace, name }: ObjectRef) =>
  new LockstepError(
    'CERTIFICATE_INVALID',
    `--certificate-secret: there is no Secret ${namespace}/${name}: make an empty one, as the chart does`,
  );

export function certificateSecret(client: ApiClient, ref: ObjectRef): CertificateSecret {
  const path = `/api/v1/namespaces/${segment(ref.namespace)}/secrets/${segment(ref.name)}`;
  return {
    async read(signal) {
      const answer = await client.request({ verb: 'get', resource: 'secrets', path, signal });
      if (answer.kind !== 'found') throw missing(ref);
      const { metadata, data } = decodeSecret(answer.body);
      const text = Object.entries(data ?? {}).map(([entry, value]) => [
        entry,
        Buffer.from(value, 'base64').toString('utf8'),
      ]);
      return { data: Object.fromEntries(text), resourceVersion: metadata.resourceVersion ?? undefined };
    },

    async write({ resourceVersion }, entries, signal) {
      const data = Object.fromEntries(
        Object.entries(entries).map(([entry, value]) => [
          entry,
          // In a merge patch null takes an entry away.
          value === undefined ? null : Buffer.from(value).toString('base64'),
        ]),
      );
      const body = { metadata: { resourceVersion }, data };
      const answer = await client.request({
        verb: 'patch',
        resource: 'secrets',
        path: `${path}?fieldManager=lockstep`,
        body,
        signal,
      });
      if (answer.kind === 'not-found') throw missing(ref);
      return answer.kind === 'conflict' ? 'conflict' : 'written';
    },
  };
}
