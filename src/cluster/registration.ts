import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import type { Registration } from '../certificates/ports.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { maybe } from '../schema.ts';
import { ObjectMeta } from '../workloads/schema.ts';
import { fromBase64, toBase64 } from './base64.ts';

const decodeRegistration = decoder(
  Type.Object({
    metadata: ObjectMeta,
    webhooks: maybe(
      Type.Array(
        Type.Object({ name: Type.String(), clientConfig: Type.Object({ caBundle: maybe(Type.String()) }) }),
      ),
    ),
  }),
  'a MutatingWebhookConfiguration',
);

export function registration(client: ApiClient, name: string): Registration {
  const resource = 'mutatingwebhookconfigurations';
  const path = `/apis/admissionregistration.k8s.io/v1/${resource}/${segment(name)}`;
  return {
    async read(signal) {
      const answer = await client.request({ verb: 'get', resource, path, signal });
      if (answer.kind !== 'found') return undefined;
      const { metadata, webhooks } = decodeRegistration(answer.body);
      const caBundles = (webhooks ?? []).map(
        ({ name, clientConfig }) => [name, fromBase64(clientConfig.caBundle ?? '')] as const,
      );
      return { caBundles: new Map(caBundles), resourceVersion: metadata.resourceVersion ?? undefined };
    },

    async trust({ caBundles, resourceVersion }, caBundle, signal) {
      const clientConfig = { caBundle: toBase64(caBundle) };
      const webhooks = [...caBundles.keys()].map((each) => ({ name: each, clientConfig }));
      const answer = await client.request({
        verb: 'patch',
        resource,
        path: `${path}?fieldManager=${FIELD_MANAGER}`,
        // A merge patch would replace the whole list. A strategic merge patch merges its
        // entries by their names, so that lockstep owns no field other than the caBundles.
        patchType: 'strategic-merge-patch',
        body: { metadata: { resourceVersion }, webhooks },
        signal,
      });
      return answer.kind === 'found' ? 'written' : answer.kind === 'conflict' ? 'conflict' : 'gone';
    },
  };
}
