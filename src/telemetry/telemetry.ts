import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Tracing } from './tracing.ts';

/**
 * How a room reports what it does. A room that logs takes this one value; a room that only counts
 * takes `metrics` alone. Each names the metrics that it needs: `Telemetry<'countSweptCopy'>`.
 */
export interface Telemetry<M extends keyof Metrics = keyof Metrics> {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, M>;
  /** Undefined: there are no traces. */
  readonly tracing?: Tracing | undefined;
  /**
   * The text of an error for a message. The command line puts the option in front that the error is about.
   */
  readonly reasonOf: (error: unknown) => string;
}
