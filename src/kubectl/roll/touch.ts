import { CONFIG_HASH } from '../../marks/names.ts';
import type { Workload } from '../../workloads/workload.ts';
import { patchWorkload } from '../patch-workload.ts';
import type { Session } from '../session.ts';

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
 * @throws LockstepError what `patchWorkload` throws
 */
export async function touch(
  session: Pick<Session, 'client' | 'signal'>,
  before: Workload,
  dryRun: boolean,
): Promise<Touched> {
  // Who has replaced the object meanwhile did not ask for this.
  const body = { metadata: { uid: before.metadata.uid } };
  const workload = await patchWorkload(session, before, { body }, dryRun);
  return { workload, rolls: hashOf(workload) !== hashOf(before) };
}
