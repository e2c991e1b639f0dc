import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import { maybe, ObjectMeta } from '../workloads/schema.ts';

/** A MutatingWebhookConfiguration as it was read: its webhooks' caBundles, PEM, by the webhooks' names. */
export interface ReadRegistration {
  readonly caBundles: ReadonlyMap<string, string>;
  readonly resourceVersion: string | undefined;
}

/** The webhooks' registration, of which lockstep looks after the caBundles. */
export interface Registration {
  /** Undefined where there is none: nobody calls. */
  read(signal: AbortSignal): Promise<ReadRegistration | undefined>;
  /** Puts one caBundle into every webhook, if the registration still is the one that was read. */
  trust(
    read: ReadRegistration,
    caBundle: string,
    signal: AbortSignal,
  ): Promise<'written' | 'conflict' | 'gone'>;
}

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
        (webhook) =>
          [
            webhook.name,
            Buffer.from(webhook.clientConfig.caBundle ?? '', 'base64').toString('utf8'),
          ] as const,
      );
      return {
        caBundles: new Map(caBundles),
        resourceVersion: metadata.resourceVersion ?? undefined,
      };
    },

    async trust({ caBundles, resourceVersion }, caBundle, signal) {
      const encoded = Buffer.from(caBundle).toString('base64');
      const webhooks = [...caBundles.keys()].map((each) => ({
        name: each,
        clientConfig: { caBundle: encoded },
      }));
      const answer = await client.request({
        verb: 'patch',
        resource,
        path: `${path}?fieldManager=lockstep`,
        // A merge patch would replace the whole list; this one merges its entries by their names, so that lockstep owns
        // no field but the caBundles.
        patchType: 'strategic-merge-patch',
        body: { metadata: { resourceVersion }, webhooks },
        signal,
      });
      return answer.kind === 'found' ? 'written' : answer.kind === 'conflict' ? 'conflict' : 'gone';
    },
  };
}
