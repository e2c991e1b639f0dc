import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { type ObjectRef, segment } from '../api/path.ts';
import type { CertificateSecret } from '../certificates/ports.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { maybe, StringMap } from '../schema.ts';
import { ObjectMeta } from '../workloads/schema.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { noCertificateSecretError } from './errors.ts';

const decodeSecret = decoder(Type.Object({ metadata: ObjectMeta, data: maybe(StringMap) }), 'a Secret');

export function certificateSecret(client: ApiClient, ref: ObjectRef): CertificateSecret {
  const path = `/api/v1/namespaces/${segment(ref.namespace)}/secrets/${segment(ref.name)}`;
  return {
    async read(signal) {
      const answer = await client.request({ verb: 'get', resource: 'secrets', path, signal });
      if (answer.kind !== 'found') throw noCertificateSecretError(ref);
      const { metadata, data } = decodeSecret(answer.body);
      const text = Object.entries(data ?? {}).map(([entry, value]) => [entry, fromBase64(value)]);
      return { data: Object.fromEntries(text), resourceVersion: metadata.resourceVersion ?? undefined };
    },

    async write({ resourceVersion }, entries, signal) {
      const data = Object.fromEntries(
        Object.entries(entries).map(([entry, value]) => [
          entry,
          // In a merge patch, null removes an entry.
          value === undefined ? null : toBase64(value),
        ]),
      );
      const body = { metadata: { resourceVersion }, data };
      const answer = await client.request({
        verb: 'patch',
        resource: 'secrets',
        path: `${path}?fieldManager=${FIELD_MANAGER}`,
        body,
        signal,
      });
      if (answer.kind === 'not-found') throw noCertificateSecretError(ref);
      return answer.kind === 'conflict' ? 'conflict' : 'written';
    },
  };
}
