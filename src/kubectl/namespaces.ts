import { Type } from 'typebox';
import { decoder } from '../api/decode.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { LockstepError } from '../errors.ts';
import type { LiveNamespace } from '../in-step/ports.ts';
import { maybe, StringMap } from '../schema.ts';
import type { Session } from './session.ts';

const Namespace = Type.Object({
  metadata: Type.Object({ name: Type.String(), uid: Type.String(), labels: maybe(StringMap) }),
});
const decodeNamespace = decoder(Namespace, 'a Namespace');
const decodeNamespaces = pageDecoder(Namespace, 'Namespaces');

const toLive = ({ metadata }: ReturnType<typeof decodeNamespace>): LiveNamespace => ({
  uid: metadata.uid,
  labels: metadata.labels ?? {},
});

/** The namespaces with their labels. Undefined: the person may not read them. */
export async function readNamespaces(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  namespace: string | undefined,
) {
  const resource = 'namespaces';
  try {
    if (namespace !== undefined) {
      const path = `/api/v1/namespaces/${segment(namespace)}`;
      const answer = await client.request({ verb: 'get', resource, path, signal });
      return new Map(
        answer.kind === 'found' ? [[namespace, toLive(decodeNamespace(answer.body))] as const] : [],
      );
    }
    const found = new Map<string, LiveNamespace>();
    const request = { resource, path: '/api/v1/namespaces', signal };
    for await (const items of pages(client, request, { size: 500, decode: decodeNamespaces }))
      for (const item of items) found.set(item.metadata.name, toLive(item));
    return found;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'API_REFUSED' && !signal.aborted) return undefined;
    throw error;
  }
}
