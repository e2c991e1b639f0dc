import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { type FrontProxy, frontProxyOf } from '../assessments/front-proxy.ts';
import { maybe, StringMap } from '../schema.ts';

const decode = decoder(Type.Object({ data: maybe(StringMap) }), 'a ConfigMap');

/** The API server itself writes it. Every cluster has the Role that may read it. */
const PATH = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';

/** Reads how the API server proves that a call comes from it. Undefined: the cluster has no front proxy. */
export async function readFrontProxy(
  client: ApiClient,
  signal: AbortSignal,
): Promise<FrontProxy | undefined> {
  const answer = await client.request({ verb: 'get', resource: 'configmaps', path: PATH, signal });
  return answer.kind === 'found' ? frontProxyOf(decode(answer.body).data ?? {}) : undefined;
}
