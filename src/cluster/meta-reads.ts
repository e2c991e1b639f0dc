import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import { METADATA_ONLY } from '../api/request.ts';
import { isDnsSubdomain } from '../dns-names.ts';
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

/**
 * Whether the cluster has an object under its name and with its uid.
 * @param folder the API path of the objects of its kind in its namespace
 */
export async function existsIn(
  client: ApiClient,
  resource: string,
  folder: string,
  { name, uid }: Pick<Static<typeof ObjectMeta>, 'name' | 'uid'>,
  signal: AbortSignal,
): Promise<boolean> {
  // The API server does not check names in references to owners. A path must not hold `..`, say.
  if (!name || !isDnsSubdomain(name)) return false;
  const found = await readMeta(client, resource, `${folder}/${segment(name)}`, signal);
  return found !== undefined && found.uid === uid;
}
