import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { ExitCode } from '../command.ts';
import type { Session } from '../session.ts';
import { followRollout } from './follow.ts';
import { ENDS } from './roll-all.ts';

/** Waits for the rollout of one workload, and says how it ended. */
export async function followOne(session: Session, start: Workload, timeoutMs: number): Promise<ExitCode> {
  const end = await followRollout(session, start, timeoutMs);
  const isOk = end === 'complete' || end === 'paused';
  (isOk ? session.io.out : session.io.err)(`${nameOf(start)}: ${ENDS[end]}\n`);
  return isOk ? 0 : 1;
}
