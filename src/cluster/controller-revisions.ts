import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { pageDecoder } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { Orphan, PresentRevision, SoughtRevision } from '../in-step/ports.ts';
import { sameCopies, templateMarksOf } from '../marks/marks.ts';
import { revisionsOf } from '../marks/same-template.ts';
import { ControllerRevision, keptTemplate } from '../workloads/controller-revision.ts';
import { selectorString } from '../workloads/label-selector.ts';
import { controllerOf } from '../workloads/replica-set.ts';
import type { Workload } from '../workloads/workload.ts';
import { itemsOf } from './items.ts';
import { podsOfControllerRevision } from './pods.ts';

/** A template takes a few KiB, seldom a hundred. A workload keeps ten earlier revisions by default. */
const PAGE_SIZE = 50;
const MOST_REVISIONS = 500;

const decodeRevision = decoder(ControllerRevision, 'a ControllerRevision');
const decode = pageDecoder(ControllerRevision, 'ControllerRevisions');

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

/**
 * The ControllerRevisions that a workload selects: they have the labels of its template. Undefined: there are too many
 * to look at, or it selects none.
 */
async function selectedRevisions(
  client: ApiClient,
  { namespace, selector }: Workload,
  signal: AbortSignal,
  isWanted: (revision: ControllerRevision) => boolean,
): Promise<readonly ControllerRevision[] | undefined> {
  const labels = selector && selectorString(selector);
  if (labels === undefined) return undefined;
  const path = `${controllerRevisionFolder(namespace)}?labelSelector=${segment(labels)}`;
  return itemsOf(
    client,
    { resource, path, signal },
    { size: PAGE_SIZE, most: MOST_REVISIONS, decode },
    isWanted,
  );
}

const isOwnedBy = ({ kind, metadata }: Workload, revision: ControllerRevision): boolean =>
  metadata.uid !== undefined && controllerOf(revision.metadata, kind.kind)?.uid === metadata.uid;

const newestOf = (revisions: readonly ControllerRevision[]): ControllerRevision | undefined =>
  [...revisions].sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0))[0];

/**
 * Finds the ControllerRevision of a workload's present template by the template itself, as its controller does. So it
 * is found while the controller lags.
 */
export async function presentControllerRevision(
  client: ApiClient,
  workload: Workload,
  signal: AbortSignal,
): Promise<PresentRevision> {
  const own = await selectedRevisions(client, workload, signal, (each) => isOwnedBy(workload, each));
  if (!own) return { kind: 'unknown' };
  const isOfTemplate = revisionsOf(workload.template, 'same-marks');
  const found = newestOf(own.filter((each) => isOfTemplate(keptTemplate(each))));
  // A new version of the API server may have added defaults to the template, and a revision never changes. The
  // controller gives the newest number to the revision of the template that it has seen last.
  const newest = workload.rollout.observed ? newestOf(own) : undefined;
  const id = (found ?? newest)?.metadata.name;
  return id ? { kind: 'found', id } : { kind: 'not-yet' };
}

/**
 * Finds the ControllerRevision with pods that a workload adopts when it is created: it has no controller, and the
 * workload's template. lockstep's marks on it may be other ones.
 */
export async function orphanedControllerRevision(
  client: ApiClient,
  workload: Workload,
  signal: AbortSignal,
): Promise<Orphan | undefined> {
  const isOfTemplate = revisionsOf(workload.template, 'any-marks');
  const orphans = await selectedRevisions(
    client,
    workload,
    signal,
    ({ metadata: { ownerReferences, deletionTimestamp }, ...revision }) =>
      !ownerReferences?.some(({ controller }) => controller === true) &&
      !deletionTimestamp &&
      isOfTemplate(keptTemplate(revision)),
  );
  const found = newestOf(orphans ?? []);
  const id = found?.metadata.name;
  if (!id) return undefined;
  const pods = await podsOfControllerRevision(client, workload, id, signal);
  if (pods?.length === 0) return undefined;
  return {
    id,
    annotations: found.metadata.annotations ?? {},
    templateAnnotations: keptTemplate(found)?.metadata?.annotations ?? {},
  };
}

/** Whether one of a workload's own ControllerRevisions is the one that is sought. */
export async function hasControllerRevisionWith(
  client: ApiClient,
  workload: Workload,
  { marks, template }: SoughtRevision,
  signal: AbortSignal,
): Promise<boolean> {
  const isOfTemplate = template ? revisionsOf(template, 'same-marks') : () => true;
  const found = await selectedRevisions(client, workload, signal, (each) => {
    const kept = keptTemplate(each);
    const its = templateMarksOf(kept?.metadata?.annotations);
    const isMarked = its.hash === marks.hash && sameCopies(its, marks);
    return isMarked && isOwnedBy(workload, each) && isOfTemplate(kept);
  });
  return found !== undefined && found.length > 0;
}
