import { setTimeout as pause } from 'node:timers/promises';
import type { EventBudget } from '../telemetry/event-budget.ts';
import { EVENT_MS, type EventJob, type EventRecorder } from '../telemetry/event-recorder.ts';
import { places } from '../waiting/places.ts';

/** So many jobs are under way at a time. Each takes up to three calls to the API server. Namespaces take turns. */
const AT_A_TIME = 4;
/** So many wait, for their time or for a place. Each takes some 2 KiB. */
const MOST_WAITING = 1_000;
/** Something that has not come about is looked for once more, after this. */
const AGAIN_MS = 4_000;

interface JobReports {
  onDropped(): void;
  onFailed(error: unknown): void;
}

/** Waits, and does not keep the program from ending. */
const wait = (ms: number) => (ms > 0 ? pause(ms, undefined, { ref: false }) : undefined);

/** Does the jobs that lead to Events: a bounded number, a few at a time, and none of them keeps anybody waiting. */
export function eventJobs(
  budget: EventBudget,
  { onDropped, onFailed }: JobReports,
  againMs = AGAIN_MS,
): EventRecorder['later'] {
  const room = places(AT_A_TIME);
  let waiting = 0;

  async function attempt(namespace: string, job: EventJob) {
    const leave = await room.enter(namespace, new AbortController().signal);
    try {
      return await job(AbortSignal.timeout(EVENT_MS));
    } finally {
      leave();
    }
  }

  async function run(namespace: string, job: EventJob, afterMs: number): Promise<void> {
    await wait(afterMs);
    if ((await attempt(namespace, job)) !== 'not-yet') return;
    await wait(againMs);
    await attempt(namespace, job);
  }

  return ({ namespace, subject }, job, afterMs = 0) => {
    if (waiting >= MOST_WAITING || !budget.take(namespace, subject)) {
      onDropped();
      return;
    }
    waiting += 1;
    run(namespace, job, afterMs)
      .catch(onFailed)
      .finally(() => {
        waiting -= 1;
      });
  };
}
