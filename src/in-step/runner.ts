import { isIdle, runBy } from '../workloads/workload.ts';
import type { Call } from './gather.ts';
import type { InStepDeps } from './ports.ts';

/**
 * A workload that is scaled to 0 may lend its template to another one, which makes the pods. Then the call is judged
 * by these pods. A workload with pods of its own is judged by its own.
 */
export async function withRunner(deps: Pick<InStepDeps, 'workloads'>, call: Call): Promise<Call> {
  const { workload, before, signal } = call;
  if (!before || !isIdle(before)) return call;
  const runner = await deps.workloads.runner(workload, signal);
  if (!runner) return call;
  const now = runBy(workload, runner);
  return { ...call, workload: now, before: before === workload ? now : runBy(before, runner) };
}
