import { messageOf } from '../../errors.ts';
import { mapFew } from '../../in-step/map-few.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { Progress } from '../printing/progress.ts';
import type { Session } from '../session.ts';
import { followRollout } from './follow.ts';
import { touch } from './touch.ts';

export interface RollOptions {
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/** A workload to roll. */
export interface Rolling {
  readonly workload: Workload;
  /** It has certainly drifted. */
  readonly certain: boolean;
}

/** Whether the rollout of a workload went well, with a line for the person. */
interface Result {
  readonly ok: boolean;
  readonly line: string;
}

/** @param certain it had drifted, so lockstep should have rolled it */
const notRolled = (name: string, certain: boolean): Result =>
  certain
    ? { ok: false, line: `${name}: error: lockstep did not roll it: see kubectl lockstep doctor` }
    : { ok: true, line: `${name}: already in step` };

async function rollOne(
  session: Session,
  { workload, certain }: Rolling,
  options: RollOptions,
): Promise<Result> {
  const name = `${workload.namespace}/${nameOf(workload)}`;
  try {
    const touched = await touch(session, workload, options.dryRun);
    if (!touched.rolls) return notRolled(name, certain);
    if (options.dryRun) return { ok: true, line: `${name}: would roll (server dry run)` };
    const { ok, how } = await followRollout(session, touched.workload, options.timeoutMs);
    return { ok, line: `${name}: ${how}` };
  } catch (error) {
    session.signal.throwIfAborted();
    return { ok: false, line: `${name}: error: ${messageOf(error)}` };
  }
}

/**
 * Brings workloads into step, a few at a time, and waits for each. After one has failed, it begins no other, unless
 * it is to keep going.
 * @returns whether all went well
 */
export async function rollAll(
  session: Session,
  workloads: readonly Rolling[],
  options: RollOptions,
): Promise<boolean> {
  const { io, signal } = session;
  const { progress, concurrency, keepGoing } = options;
  let [done, failed, left] = [0, 0, 0];
  progress.show('Rolling', done, workloads.length);
  await mapFew(
    workloads,
    signal,
    async (workload) => {
      if (failed > 0 && !keepGoing) {
        left += 1;
        return;
      }
      const { ok, line } = await rollOne(session, workload, options);
      done += 1;
      if (!ok) failed += 1;
      progress.end();
      (ok ? io.out : io.err)(`${line}\n`);
      progress.show('Rolling', done, workloads.length);
    },
    concurrency,
  );
  progress.end();
  if (left > 0)
    io.err(`${left} further workloads were left as they are. --keep-going rolls them nonetheless\n`);
  return failed === 0;
}
