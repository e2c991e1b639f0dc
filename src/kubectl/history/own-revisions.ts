import { CONTROLLER_REVISIONS } from '../../cluster/controller-revisions.ts';
import { podsOfControllerRevision } from '../../cluster/pods.ts';
import { REPLICA_SETS } from '../../cluster/replica-sets.ts';
import { isOwnedBy, type Keeping, newestOf, selectedRevisions } from '../../cluster/revisions.ts';
import { mapFew } from '../../in-step/map-few.ts';
import { revisionsOf } from '../../marks/same-template.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { PodTemplate } from '../../workloads/pod-template.ts';
import { currentSinceMs, type OwnedMeta, ROLLOUTS_POD_TEMPLATE_HASH } from '../../workloads/replica-set.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import { hiddenRevisionsError, revisionsError, usageError } from '../errors.ts';
import { isForbidden, unlessForbidden } from '../forbidden.ts';
import type { Session } from '../session.ts';

/** A template that a workload has had, as its controller keeps it. */
export interface OwnRevision {
  readonly kind: 'ReplicaSet' | 'ControllerRevision';
  readonly name: string;
  readonly number: number;
  /** Since when it is the one of the workload's template, in milliseconds. A template that comes back counts anew. */
  readonly sinceMs: number;
  readonly template: PodTemplate;
  /** Its own annotations. Those of a ReplicaSet are those that the workload had. */
  readonly annotations: Readonly<Record<string, string>>;
  /** It has the workload's present template. */
  readonly isCurrent: boolean;
  /** Its controller goes back to it, if the present one fails. */
  readonly isStable: boolean;
  /** Undefined: nobody can tell. */
  readonly pods: number | undefined;
}

/** Of an Argo Rollout the stable ReplicaSet, by its label. Of a StatefulSet the revision that its pods had before. */
function isStable({ object }: Workload, name: string, labels: unknown): boolean {
  const hash = valueAt(labels, [ROLLOUTS_POD_TEMPLATE_HASH]);
  if (hash !== undefined) return valueAt(object, ['status', 'stableRS']) === hash;
  const [current, update] = ['currentRevision', 'updateRevision'].map((field) =>
    valueAt(object, ['status', field]),
  );
  return current === name && current !== update;
}

async function podsOf(
  session: Session,
  workload: Workload,
  kind: OwnRevision['kind'],
  revision: { readonly metadata: OwnedMeta },
): Promise<number | undefined> {
  if (kind === 'ReplicaSet') {
    const replicas = valueAt(revision, ['status', 'replicas']);
    return typeof replicas === 'number' ? replicas : 0;
  }
  const { client, signal } = session;
  const read = () => podsOfControllerRevision(client, workload, revision.metadata.name ?? '', signal);
  return (await unlessForbidden(session, read, undefined))?.length;
}

async function readKept<T extends { readonly metadata: OwnedMeta }>(
  session: Session,
  keeping: Keeping<T>,
  kind: OwnRevision['kind'],
  workload: Workload,
): Promise<readonly OwnRevision[]> {
  const { client, signal } = session;
  const own = await selectedRevisions(keeping, client, workload, signal, (each) => isOwnedBy(workload, each));
  if (!own) throw revisionsError(nameOf(workload), 'has too many revisions, or selects none of them');
  const isOfTemplate = revisionsOf(workload.template, 'same-marks', workload.kind);
  const ofTemplate = own.filter((each) => isOfTemplate(keeping.templateOf(each)));
  const current = newestOf(keeping, ofTemplate, workload) ?? keeping.byNumber(own, workload);
  const revisions = await mapFew(own, signal, async (each): Promise<OwnRevision> => {
    const { metadata } = each;
    const name = metadata.name ?? '';
    return {
      kind,
      name,
      number: keeping.numberOf(each, workload),
      sinceMs: currentSinceMs(metadata) ?? Number.NaN,
      template: keeping.templateOf(each) ?? {},
      annotations: metadata.annotations ?? {},
      isCurrent: each === current,
      isStable: isStable(workload, name, metadata.labels),
      pods: await podsOf(session, workload, kind, each),
    };
  });
  return revisions.toSorted((a, b) => a.number - b.number);
}

function read(session: Session, workload: Workload): Promise<readonly OwnRevision[]> {
  switch (workload.kind.revisions) {
    case 'ReplicaSet':
      return readKept(session, REPLICA_SETS, 'ReplicaSet', workload);
    case 'ControllerRevision':
      return readKept(session, CONTROLLER_REVISIONS, 'ControllerRevision', workload);
    default:
      throw usageError(`a ${workload.kind.singular} keeps no revisions`);
  }
}

/**
 * Reads the revisions of a workload, the oldest first.
 * @throws LockstepError NOT_FOUND if there are too many, API_REFUSED, and what the API client throws
 */
export async function readRevisions(session: Session, workload: Workload): Promise<readonly OwnRevision[]> {
  try {
    return await read(session, workload);
  } catch (error) {
    if (!isForbidden(error) || session.signal.aborted) throw error;
    throw hiddenRevisionsError(nameOf(workload), workload.kind.revisions, workload.namespace, error);
  }
}
