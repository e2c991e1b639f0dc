import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { pageDecoder } from '../api/pages.ts';
import { segment } from '../api/path.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { Orphan, PresentRevision, ReplicaSets, SoughtRevision } from '../in-step/ports.ts';
import { sameCopies, templateMarksOf } from '../marks/marks.ts';
import { revisionsOf } from '../marks/same-template.ts';
import { REVISION_ANNOTATION } from '../workloads/deployment.ts';
import { selectorString } from '../workloads/label-selector.ts';
import { controllerOf, currentSinceMs, ReplicaSet } from '../workloads/replica-set.ts';
import { ROLLOUT_REVISION } from '../workloads/rollout.ts';
import type { Workload } from '../workloads/workload.ts';
import { itemsOf } from './items.ts';

/** A template takes a few KiB, seldom a hundred. A Deployment keeps ten earlier ReplicaSets by default. */
const PAGE_SIZE = 50;
const MOST_REPLICA_SETS = 500;

const decodeReplicaSet = decoder(ReplicaSet, 'a ReplicaSet');
const decode = pageDecoder(ReplicaSet, 'ReplicaSets');

const resource = 'replicasets';
/** The API path of the ReplicaSets of a namespace. */
export const replicaSetFolder = (namespace: string) =>
  `/apis/apps/v1/namespaces/${segment(namespace)}/${resource}`;

export function replicaSets(client: ApiClient): ReplicaSets {
  return {
    async read(namespace, { name, uid }, signal) {
      // The API server does not check names in references to owners. A path must not hold `..`, say.
      if (!isDnsSubdomain(name)) return undefined;
      const path = `${replicaSetFolder(namespace)}/${segment(name)}`;
      const answer = await client.request({ verb: 'get', resource, path, signal });
      const found = answer.kind === 'found' ? decodeReplicaSet(answer.body) : undefined;
      return found?.metadata.uid === uid ? found : undefined;
    },

    async successor(workload, signal) {
      const isOfTemplate = revisionsOf(workload.template, 'same-marks', workload.kind);
      const isWanted = (set: ReplicaSet) => isOwnedBy(workload, set) && isOfTemplate(set.spec.template);
      const found = newestOf(workload, (await selectedReplicaSets(client, workload, signal, isWanted)) ?? []);
      const sinceMs = found && currentSinceMs(found.metadata);
      return sinceMs === undefined
        ? undefined
        : { sinceMs, readyReplicas: found?.status?.readyReplicas ?? 0 };
    },
  };
}

/** The ReplicaSets that a workload selects. Undefined: there are too many to look at, or it selects none. */
async function selectedReplicaSets(
  client: ApiClient,
  { namespace, selector }: Workload,
  signal: AbortSignal,
  isWanted: (set: ReplicaSet) => boolean,
): Promise<readonly ReplicaSet[] | undefined> {
  const labels = selector && selectorString(selector);
  if (labels === undefined) return undefined;
  const path = `${replicaSetFolder(namespace)}?labelSelector=${segment(labels)}`;
  const bounds = { size: PAGE_SIZE, most: MOST_REPLICA_SETS, decode };
  return itemsOf(client, { resource, path, signal }, bounds, isWanted);
}

const isOwnedBy = ({ kind, metadata }: Workload, set: ReplicaSet): boolean =>
  metadata.uid !== undefined && controllerOf(set.metadata, kind.kind)?.uid === metadata.uid;

/** What the workload's controller has numbered the ReplicaSet with, as text. */
const revisionOf = ({ kind }: Workload, { metadata }: ReplicaSet): string | undefined =>
  metadata.annotations?.[kind.isCustom ? ROLLOUT_REVISION : REVISION_ANNOTATION];

function newestOf(workload: Workload, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const numberOf = (set: ReplicaSet) => Number(revisionOf(workload, set) ?? 0);
  return [...sets].sort((a, b) => numberOf(b) - numberOf(a))[0];
}

/**
 * Finds the ReplicaSet of a workload's present template by the template itself, as its controller does. So it
 * is found while the controller lags, and none is found while a new template waits in a paused workload.
 */
export async function presentReplicaSet(
  client: ApiClient,
  workload: Workload,
  signal: AbortSignal,
): Promise<PresentRevision> {
  const { template, rollout, paused } = workload;
  const sets = await selectedReplicaSets(client, workload, signal, (set) => isOwnedBy(workload, set));
  if (!sets) return { kind: 'unknown' };
  const isOfTemplate = revisionsOf(template, 'same-marks', workload.kind);
  const found = newestOf(
    workload,
    sets.filter((set) => isOfTemplate(set.spec.template)),
  );
  // Another program may have changed the ReplicaSet's template. A controller that has seen the present spec has
  // put the number of its ReplicaSet on the workload.
  const isNumbered = rollout.observed && !paused && rollout.revision !== undefined;
  const numbered = isNumbered
    ? sets.find((set) => revisionOf(workload, set) === rollout.revision)
    : undefined;
  const uid = (found ?? numbered)?.metadata.uid;
  return uid ? { kind: 'found', id: uid } : { kind: 'not-yet' };
}

/**
 * Finds the ReplicaSet with pods that a Deployment adopts when it is created: it has no controller, and the
 * Deployment's template. lockstep's marks on it may be other ones.
 */
export async function orphanedReplicaSet(
  client: ApiClient,
  workload: Workload,
  signal: AbortSignal,
): Promise<Orphan | undefined> {
  const isOfTemplate = revisionsOf(workload.template, 'any-marks', workload.kind);
  const sets = await selectedReplicaSets(
    client,
    workload,
    signal,
    ({ metadata: { ownerReferences, deletionTimestamp }, spec }) =>
      !ownerReferences?.some(({ controller }) => controller === true) &&
      !deletionTimestamp &&
      (spec.replicas ?? 1) > 0 &&
      isOfTemplate(spec.template),
  );
  const { metadata, spec } = newestOf(workload, sets ?? []) ?? {};
  if (!metadata?.uid) return undefined;
  return {
    id: metadata.uid,
    annotations: metadata.annotations ?? {},
    templateAnnotations: spec?.template?.metadata?.annotations ?? {},
  };
}

/** Whether one of a workload's own ReplicaSets is the one that is sought. */
export async function hasReplicaSetWith(
  client: ApiClient,
  workload: Workload,
  { marks, template }: SoughtRevision,
  signal: AbortSignal,
): Promise<boolean> {
  const isOfTemplate = template ? revisionsOf(template, 'same-marks', workload.kind) : () => true;
  const sets = await selectedReplicaSets(client, workload, signal, (set) => {
    const its = templateMarksOf(set.spec.template?.metadata?.annotations);
    const isMarked = its.hash === marks.hash && sameCopies(its, marks);
    return isMarked && isOwnedBy(workload, set) && isOfTemplate(set.spec.template);
  });
  return sets !== undefined && sets.length > 0;
}
