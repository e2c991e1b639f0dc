import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { pageDecoder } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import { ControllerRevision, keptTemplate } from '../workloads/controller-revision.ts';
import { podsOfControllerRevision } from './pods.ts';
import { type Keeping, newestOf, revisionReads } from './revisions.ts';

const decodeRevision = decoder(ControllerRevision, 'a ControllerRevision');

const resource = 'controllerrevisions';
/** The API path of the ControllerRevisions of a namespace. */
export const controllerRevisionFolder = (namespace: string) =>
  `/apis/apps/v1/namespaces/${segment(namespace)}/${resource}`;

/** Reads one ControllerRevision, live. Undefined: it does not exist. */
export async function readControllerRevision(
  client: ApiClient,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<ControllerRevision | undefined> {
  // The label of a pod decides the name. A path must not hold `..`, say.
  if (!isDnsSubdomain(name)) return undefined;
  const path = `${controllerRevisionFolder(namespace)}/${segment(name)}`;
  const answer = await client.request({ verb: 'get', resource, path, signal });
  return answer.kind === 'found' ? decodeRevision(answer.body) : undefined;
}

export const CONTROLLER_REVISIONS: Keeping<ControllerRevision> = {
  resource,
  folder: controllerRevisionFolder,
  decode: pageDecoder(ControllerRevision, 'ControllerRevisions'),
  idOf: ({ metadata }) => metadata.name,
  templateOf: keptTemplate,
  numberOf: ({ revision }) => revision ?? 0,
  // A new version of the API server may have added defaults to the template, and a revision never changes.
  byNumber: (own, workload) =>
    workload.rollout.observed ? newestOf(CONTROLLER_REVISIONS, own, workload) : undefined,
  mayHavePods: () => true,
  async hasPods(client, { metadata }, workload, signal) {
    const pods = await podsOfControllerRevision(client, workload, metadata.name ?? '', signal);
    // There may be too many to look at.
    return pods?.length !== 0;
  },
};

export const controllerRevisionReads = revisionReads(CONTROLLER_REVISIONS);
