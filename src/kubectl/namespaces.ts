import { Type } from 'typebox';
import { decoder } from '../api/decode.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import type { LiveNamespace } from '../in-step/ports.ts';
import { maybe, StringMap } from '../schema.ts';
import { unlessForbidden } from './forbidden.ts';
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

type Asking = Pick<Session, 'client' | 'signal'>;

const resource = 'namespaces';

async function readOne({ client, signal }: Asking, namespace: string): Promise<Map<string, LiveNamespace>> {
  const path = `/api/v1/namespaces/${segment(namespace)}`;
  const answer = await client.request({ verb: 'get', resource, path, signal });
  return new Map(answer.kind === 'found' ? [[namespace, toLive(decodeNamespace(answer.body))] as const] : []);
}

async function readAll({ client, signal }: Asking): Promise<Map<string, LiveNamespace>> {
  const found = new Map<string, LiveNamespace>();
  const request = { resource, path: '/api/v1/namespaces', signal };
  for await (const items of pages(client, request, { size: 500, decode: decodeNamespaces }))
    for (const item of items) found.set(item.metadata.name, toLive(item));
  return found;
}

/** The namespaces with their labels. Undefined: the person may not read them. */
export const readNamespaces = (asking: Asking, namespace: string | undefined) =>
  unlessForbidden(
    asking,
    () => (namespace === undefined ? readAll(asking) : readOne(asking, namespace)),
    undefined,
  );
