import { complaints } from '../telemetry/complaints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** An error that comes again and again is logged about so often. */
const COMPLAINT_MS = 60_000;

/** Counts each error, and logs one that comes again and again now and then. */
export function errorLog({ log, metrics, reasonOf }: Telemetry<'countEditError'>) {
  const complain = complaints((error) => log.error(`could not act on an edit: ${reasonOf(error)}`));
  let roundEndMs = 0;
  return {
    onError(error: unknown): void {
      metrics.countEditError();
      complain.add(error);
    },
    onRound(nowMs: number): void {
      if (nowMs < roundEndMs) return;
      roundEndMs = nowMs + COMPLAINT_MS;
      complain.endRound();
    },
  };
}
