import type { ApiClient } from '../api/client.ts';
import { METADATA_ONLY } from '../api/request.ts';
import { disowningPatch, FIELD_MANAGER } from '../marks/own-fields.ts';

/** A status write in a later second can change the order of the entries, and so the patch. */
const TRIES = 3;

/** The call that lockstep reviews must not wait long for this. */
const AT_MOST_MS = 1_000;

/**
 * Gives up the fields that lockstep's own patch of a workload has just written. A patch makes its field manager
 * their owner, and the API server takes no other manager's name back in the same request. If this fails, nothing
 * is lost but a conflict at a later server-side apply of a manifest with marks, so no error leaves this function.
 * @param path of the workload in the API
 * @param patched the answer to the patch
 */
export async function disownMarks(
  client: ApiClient,
  resource: string,
  path: string,
  patched: unknown,
  signal: AbortSignal,
): Promise<void> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(AT_MOST_MS)]);
  const target = { resource, signal: limited } as const;
  let object = patched;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const body = disowningPatch(object);
    if (!body) return;
    const written = `${path}?fieldManager=${FIELD_MANAGER}`;
    try {
      await client.request({ ...target, verb: 'patch', path: written, patchType: 'json-patch', body });
      return;
    } catch {
      // 422 if an entry has moved: the patch is for another place then.
    }
    try {
      const read = await client.request({ ...target, verb: 'get', path, accept: METADATA_ONLY });
      object = read.kind === 'found' ? read.body : undefined;
    } catch {
      return;
    }
  }
}
