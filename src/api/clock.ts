/**
 * The API server's clock. It decides whether our certificate is valid, and it dates all objects. Our own clock
 * may be wrong.
 */
export interface ClusterClock {
  /** The API server's time in milliseconds since the epoch. Our own time, while the API server's is unknown. */
  now(): number;
  /**
   * How far our own clock is ahead of the API server's, in milliseconds. Negative: it is behind. Undefined: no
   * recent answer has told.
   */
  offset(): number | undefined;
}

export interface ObservedClock extends ClusterClock {
  /**
   * Takes the `Date` of an answer that is just coming in.
   * @param sentAt when its request was sent: a time of `performance.now()`
   */
  observe(date: string, sentAt: number): void;
}

/** What one answer told. */
interface Sample {
  /** The API server's time, less `performance.now()`. */
  readonly epoch: number;
  /** Our own time, less `performance.now()`. */
  readonly ownEpoch: number;
  /** A time of `performance.now()`. */
  readonly at: number;
}

/** The median of so many: single odd ones do not count. Some API servers are several, each with its clock. */
const SAMPLES = 9;

/** The monotonic clock drifts by 0.5 ms a second at the most. That is 0.3 s in this time. */
const LONGEST_AGE_MS = 600_000;

/**
 * If our own clock and the monotonic one have moved apart by more, then one of them jumped. Our own was set, or
 * this machine was asleep, which the monotonic one does not notice. What was known does not count any more.
 */
const STEP_MS = 1_000;

/** A `Date` leaves out the part of a second. */
const HALF_SECOND_MS = 500;

const ownEpochNow = () => Date.now() - performance.now();

/** @param onSample called with the offset after each answer, in milliseconds */
export function clusterClock(onSample: (offsetMs: number) => void = () => undefined): ObservedClock {
  let samples: readonly Sample[] = [];

  function epoch(): number | undefined {
    const [now, ownEpoch] = [performance.now(), ownEpochNow()];
    const good = samples
      .filter((each) => now - each.at < LONGEST_AGE_MS && Math.abs(ownEpoch - each.ownEpoch) < STEP_MS)
      .map((each) => each.epoch)
      .sort((a, b) => a - b);
    return good[Math.floor(good.length / 2)];
  }

  function offset(): number | undefined {
    const known = epoch();
    return known === undefined ? undefined : ownEpochNow() - known;
  }

  return {
    offset,
    now() {
      const known = epoch();
      return known === undefined ? Date.now() : known + performance.now();
    },
    observe(date, sentAt) {
      const dateMs = Date.parse(date);
      if (Number.isNaN(dateMs)) return;
      const at = performance.now();
      // The API server read its clock at some time between these two.
      const sample = { epoch: dateMs + HALF_SECOND_MS - (sentAt + at) / 2, ownEpoch: ownEpochNow(), at };
      samples = [...samples, sample].slice(-SAMPLES);
      const offsetMs = offset();
      if (offsetMs !== undefined) onSample(offsetMs);
    },
  };
}
