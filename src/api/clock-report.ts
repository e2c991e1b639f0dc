import type { Telemetry } from '../telemetry/telemetry.ts';
import { MOST_OFF_MS } from './clock.ts';

/**
 * Reports how far our clock is ahead of the API server's. A metric always shows it. The log has a line when
 * our clock becomes wrong, or right again.
 */
export function clockReport({ log, metrics }: Pick<Telemetry<'setClockOffset'>, 'log' | 'metrics'>) {
  let wasWrong = false;
  return (offsetMs: number): void => {
    metrics.setClockOffset(offsetMs);
    const isWrong = Math.abs(offsetMs) > MOST_OFF_MS;
    if (isWrong === wasWrong) return;
    wasWrong = isWrong;
    const offsetSeconds = Math.round(offsetMs / 1000);
    if (!isWrong) log.info({ offsetSeconds }, 'the clock agrees with the API server’s again');
    else {
      const where = `${Math.abs(offsetSeconds)} s ${offsetMs > 0 ? 'ahead of' : 'behind'} the API server’s`;
      log.error({ offsetSeconds }, `the clock is ${where}: correct the clock of this node (NTP)`);
    }
  };
}
