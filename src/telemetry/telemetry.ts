import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/**
 * How a room says what it does. Every room that logs takes this one value; one that only counts takes
 * `metrics` alone. Each names the metrics that it needs: `Telemetry<'copySwept'>`.
 */
export interface Telemetry<M extends keyof Metrics = keyof Metrics> {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, M>;
  /** What an error says, for a message. The command line puts the option in front that the error is about. */
  readonly reasonOf: (error: unknown) => string;
}
