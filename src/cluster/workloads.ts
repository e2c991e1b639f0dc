import type { ApiClient } from '../api/client.ts';
import { unexpectedFieldError } from '../api/errors.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { RevisionId, Workloads } from '../in-step/ports.ts';
import type { Marks } from '../marks/marks.ts';
import { FIELD_MANAGER } from '../marks/own-fields.ts';
import { mergePatchOf } from '../marks/patch.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { PodTimes } from '../workloads/pod-times.ts';
import { type Workload, type WorkloadKind, type WorkloadObject, workloadOf } from '../workloads/workload.ts';
import { controllerRevisionReads } from './controller-revisions.ts';
import { disownMarks } from './disown.ts';
import { existsIn } from './meta-reads.ts';
import { podsOfControllerRevision, podsOfReplicaSet } from './pods.ts';
import { replicaSetReads } from './replica-sets.ts';
import type { RevisionReads } from './revisions.ts';
import { holderOf, readRunner } from './runner.ts';

/** The API path of the workloads of a kind: in a namespace, or in all. */
export const workloadFolder = (
  { group, version, resource }: WorkloadKind,
  namespace: string | undefined,
): string => {
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined
    ? `${api}/${resource}`
    : `${api}/namespaces/${segment(namespace)}/${resource}`;
};

/**
 * An object from the API server, checked against the schema of its kind.
 * @throws LockstepError API_UNEXPECTED, which names the field but never its value
 */
export function workloadObject(kind: WorkloadKind, body: unknown): WorkloadObject {
  const checked = kind.check(body);
  if (checked.kind === 'checked') return checked.object;
  throw unexpectedFieldError(`a ${kind.kind}`, checked.first.pointer || '/');
}

/** How to read revisions and their pods. */
interface RevisionsAndPods extends RevisionReads {
  pods(
    client: ApiClient,
    workload: Workload,
    revision: RevisionId,
    signal: AbortSignal,
  ): Promise<readonly PodTimes[] | undefined>;
}

/** By the kind of object that keeps revisions. */
const REVISIONS: Record<NonNullable<WorkloadKind['revisions']>, RevisionsAndPods> = {
  ReplicaSet: { ...replicaSetReads, pods: podsOfReplicaSet },
  ControllerRevision: { ...controllerRevisionReads, pods: podsOfControllerRevision },
};

/** Makes a workload carry these marks, unless it has changed since it was read. */
async function patchMarks(
  client: ApiClient,
  { kind, namespace, metadata }: Workload,
  marks: Marks,
  signal: AbortSignal,
  notes?: Readonly<Record<string, string>>,
): Promise<Workload | 'conflict' | 'gone'> {
  const { name, resourceVersion } = metadata;
  const { resource } = kind;
  const path = `${workloadFolder(kind, namespace)}/${segment(name ?? '')}`;
  const patch = mergePatchOf(kind, marks, notes);
  const answer = await client.request({
    verb: 'patch',
    resource,
    path: `${path}?fieldManager=${FIELD_MANAGER}`,
    // The resourceVersion makes the write conditional: the answer
    // is 409 if the workload has changed since it was read.
    body: { ...patch, metadata: { ...patch.metadata, resourceVersion } },
    signal,
  });
  if (answer.kind !== 'found') return answer.kind === 'conflict' ? 'conflict' : 'gone';
  await disownMarks(client, resource, path, answer.body, signal);
  return workloadOf(kind, workloadObject(kind, answer.body), namespace);
}

/** The workload that keeps the revisions of this one's template, and how to read them. */
function revisionsOf(workload: Workload): [Workload | undefined, RevisionsAndPods | undefined] {
  const holder = holderOf(workload);
  return [holder, holder?.kind.revisions && REVISIONS[holder.kind.revisions]];
}

/**
 * @param reads so many pods of one DaemonSet may come at once that their reviews share reads of it
 * @param kinds the kinds that are on
 */
export function workloads(client: ApiClient, reads: SharedReads, kinds: WorkloadKinds): Workloads {
  const runners = kinds.filter(({ isCustom }) => isCustom);
  return {
    async read(kind, namespace, name, signal) {
      // The API server does not check names in references to owners. A path must not hold `..`, say.
      if (!isDnsSubdomain(name)) return undefined;
      const path = `${workloadFolder(kind, namespace)}/${segment(name)}`;
      return reads.share(path, signal, async (shared) => {
        const answer = await client.request({ verb: 'get', resource: kind.resource, path, signal: shared });
        return answer.kind === 'found'
          ? workloadOf(kind, workloadObject(kind, answer.body), namespace)
          : undefined;
      });
    },

    patch: (workload, marks, signal, notes) => patchMarks(client, workload, marks, signal, notes),

    exists: ({ kind, namespace, metadata }, signal) =>
      existsIn(client, kind.resource, workloadFolder(kind, namespace), metadata, signal),

    async presentRevision(workload, signal) {
      const [holder, reads] = revisionsOf(workload);
      return holder && reads ? reads.present(client, holder, signal) : { kind: 'unknown' };
    },

    async orphan(workload, signal) {
      const [holder, reads] = revisionsOf(workload);
      return holder && reads?.orphaned(client, holder, signal);
    },

    async pods(workload, revision, signal) {
      const [holder, reads] = revisionsOf(workload);
      return holder && reads?.pods(client, holder, revision, signal);
    },

    async hasRevision(workload, sought, signal) {
      const [holder, reads] = revisionsOf(workload);
      return holder !== undefined && (await reads?.has(client, holder, sought, signal)) === true;
    },

    async runner(workload, signal) {
      for (const kind of runners) {
        const folder = workloadFolder(kind, workload.namespace);
        const found = await readRunner(client, kind, folder, workload, signal);
        if (found) return found;
      }
      return undefined;
    },
  };
}
