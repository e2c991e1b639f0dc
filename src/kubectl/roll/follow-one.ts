import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { ExitCode } from '../command.ts';
import type { Session } from '../session.ts';
import { followRollout } from './follow.ts';

/** Waits for the rollout of one workload, and says how it ended. */
export async function followOne(session: Session, start: Workload, timeoutMs: number): Promise<ExitCode> {
  const { ok, how } = await followRollout(session, start, timeoutMs);
  (ok ? session.io.out : session.io.err)(`${nameOf(start)}: ${how}\n`);
  return ok ? 0 : 1;
}
