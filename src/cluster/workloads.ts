import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import { LockstepError } from '../errors.ts';
import type { Workloads } from '../in-step/ports.ts';
import { mergePatchOf } from '../marks/patch.ts';
import { type Workload, type WorkloadKind, type WorkloadObject, workloadOf } from '../workloads/workload.ts';
import { replicaSetCreated } from './replica-sets.ts';

/** Where the API has objects of this kind. */
const folderOf = ({ group, version, resource }: WorkloadKind, namespace: string): string => {
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${api}/namespaces/${segment(namespace)}/${resource}`;
};

/** @throws LockstepError API_UNEXPECTED, which names the field but never its value */
function decode(kind: WorkloadKind, body: unknown): WorkloadObject {
  const checked = kind.check(body);
  if (checked.kind === 'checked') return checked.object;
  const message = `the API server sent a ${kind.kind} with an unexpected ${checked.first.pointer || '/'}`;
  throw new LockstepError('API_UNEXPECTED', message);
}

/** When the present template's revision was made, by what keeps the revisions of a kind. */
const REVISION_CREATED: Record<
  NonNullable<WorkloadKind['revisions']>,
  (client: ApiClient, workload: Workload, signal: AbortSignal) => Promise<number | undefined>
> = { ReplicaSet: replicaSetCreated };

export function workloads(client: ApiClient): Workloads {
  return {
    async read(kind, namespace, name, signal) {
      const path = `${folderOf(kind, namespace)}/${segment(name)}`;
      const answer = await client.request({ verb: 'get', resource: kind.resource, path, signal });
      return answer.kind === 'found' ? workloadOf(kind, decode(kind, answer.body), namespace) : undefined;
    },

    async patch({ kind, namespace, metadata }, marks, signal) {
      const { name, resourceVersion } = metadata;
      const patch = mergePatchOf(kind, marks);
      const answer = await client.request({
        verb: 'patch',
        resource: kind.resource,
        path: `${folderOf(kind, namespace)}/${segment(name ?? '')}?fieldManager=lockstep`,
        // The resourceVersion that was read makes the write conditional: 409 where the workload has moved on.
        body: { ...patch, metadata: { ...patch.metadata, resourceVersion } },
        signal,
      });
      return answer.kind === 'found' ? 'patched' : answer.kind === 'conflict' ? 'conflict' : 'gone';
    },

    async revisionCreated(workload, signal) {
      const { revisions } = workload.kind;
      return revisions === undefined ? undefined : REVISION_CREATED[revisions](client, workload, signal);
    },
  };
}
