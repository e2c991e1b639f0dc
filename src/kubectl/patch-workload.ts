import { segment } from '../api/path.ts';
import type { ApiRequest } from '../api/request.ts';
import { workloadFolder, workloadObject } from '../cluster/workloads.ts';
import { nameOf, type Workload, workloadOf } from '../workloads/workload.ts';
import { changedMeanwhileError, noWorkloadError } from './errors.ts';
import type { Session } from './session.ts';

/** Who writes, in the managed fields of objects. */
const MANAGER = 'kubectl-lockstep';

/**
 * Patches a workload. lockstep's webhook reviews that as any other update, and its warnings are printed.
 * @returns the workload as the API server has left it, or would leave it after a dry run
 * @throws LockstepError NOT_FOUND, API_REFUSED after a conflict, and what the API client throws
 */
export async function patchWorkload(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  workload: Workload,
  { patchType, body }: Pick<ApiRequest, 'patchType' | 'body'>,
  dryRun: boolean,
): Promise<Workload> {
  const { kind, namespace, metadata } = workload;
  const query = `fieldManager=${MANAGER}${dryRun ? '&dryRun=All' : ''}`;
  const path = `${workloadFolder(kind, namespace)}/${segment(metadata.name ?? '')}?${query}`;
  const request = { verb: 'patch', resource: kind.resource, path, body, signal } as const;
  const answer = await client.request({ ...request, ...(patchType && { patchType }) });
  if (answer.kind === 'conflict') throw changedMeanwhileError(nameOf(workload));
  if (answer.kind !== 'found') throw noWorkloadError(nameOf(workload), namespace);
  return workloadOf(kind, workloadObject(kind, answer.body), namespace);
}
