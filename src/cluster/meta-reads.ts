import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { METADATA_ONLY } from '../api/request.ts';
import { ObjectMeta } from '../workloads/schema.ts';

const decodeMeta = decoder(Type.Object({ metadata: ObjectMeta }), 'metadata of an object');

/** Reads the metadata of one object, live. Undefined: the object does not exist. */
export async function readMeta(
  client: ApiClient,
  resource: string,
  path: string,
  signal: AbortSignal,
): Promise<Static<typeof ObjectMeta> | undefined> {
  const answer = await client.request({ verb: 'get', resource, path, accept: METADATA_ONLY, signal });
  return answer.kind === 'found' ? decodeMeta(answer.body).metadata : undefined;
}
