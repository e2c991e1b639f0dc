import { segment } from '../../api/path.ts';
import { workloadFolder, workloadObject } from '../../cluster/workloads.ts';
import { CONFIG_HASH } from '../../marks/names.ts';
import { type Workload, workloadOf } from '../../workloads/workload.ts';
import { noWorkloadError } from '../errors.ts';
import type { Session } from '../session.ts';

/** Who writes, in the managed fields of objects. */
const MANAGER = 'kubectl-lockstep';

export const hashOf = ({ template }: Pick<Workload, 'template'>): string | undefined =>
  template.metadata?.annotations?.[CONFIG_HASH];

/** A workload after somebody has sent an update that changes nothing. */
export interface Touched {
  /** As the API server has left it, or would leave it after a dry run. */
  readonly workload: Workload;
  /** lockstep has given it another config hash, so its pods roll. */
  readonly rolls: boolean;
}

/**
 * Sends an update that changes nothing. lockstep reviews it as any other, and brings the workload into step. So the
 * marks are lockstep's own, and nothing here writes any.
 * @throws LockstepError NOT_FOUND, and what the API client throws
 */
export async function touch(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  { kind, namespace, metadata, ...before }: Workload,
  dryRun: boolean,
): Promise<Touched> {
  const name = metadata.name ?? '';
  const query = `fieldManager=${MANAGER}${dryRun ? '&dryRun=All' : ''}`;
  const path = `${workloadFolder(kind, namespace)}/${segment(name)}?${query}`;
  // Who has replaced the object meanwhile did not ask for this.
  const body = { metadata: { uid: metadata.uid } };
  const answer = await client.request({ verb: 'patch', resource: kind.resource, path, body, signal });
  if (answer.kind !== 'found') throw noWorkloadError(`${kind.singular}/${name}`, namespace);
  const workload = workloadOf(kind, workloadObject(kind, answer.body), namespace);
  return { workload, rolls: hashOf(workload) !== hashOf(before) };
}
