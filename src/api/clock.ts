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

/**
 * A clock that differs by more is wrong. Certificates begin five minutes before they are made. So clocks may
 * differ by this much twice: ours from one API server's, and that from another's.
 */
export const MOST_OFF_MS = 120_000;

/** Whether our clock is known to be wrong. */
export const isWrong = (clock: ClusterClock): boolean => Math.abs(clock.offset() ?? 0) > MOST_OFF_MS;

export interface ObservedClock extends ClusterClock {
  /**
   * Takes the `Date` of an answer that is just coming in.
   * @param sentAt when its request was sent: a time of `performance.now()`
   */
  observe(date: string, sentAt: number): void;
}

/** What one answer told. */
interface Sample {
  /** The `Date`. */
  readonly date: string;
  /** The least and the most that the API server's time can be, less `performance.now()`. */
  readonly least: number;
  readonly most: number;
  /** Our own time, less `performance.now()`. */
  readonly ownEpoch: number;
  /** A time of `performance.now()`. */
  readonly at: number;
}

/**
 * So many answers are known. Where they fit together, they narrow the time down. Where they do not, there are
 * several API servers with clocks of their own, and the median counts.
 */
const SAMPLES = 9;

/** The monotonic clock drifts by 0.5 ms a second at the most. That is 0.3 s in this time. */
const LONGEST_AGE_MS = 600_000;

/**
 * If our own clock and the monotonic one have moved apart by more, then one of them jumped. Our own was set, or
 * this machine was asleep, which the monotonic one does not notice. What was known does not count any more.
 */
const STEP_MS = 1_000;

/** An answer with the same `Date` as the last one tells nothing new so soon. There may be thousands in a second. */
const SPACING_MS = 100;

/** A `Date` leaves out the part of a second. */
const SECOND_MS = 1_000;

const middleOf = ({ least, most }: Pick<Sample, 'least' | 'most'>): number => (least + most) / 2;

/** The API server's time, less `performance.now()`. Undefined: nothing has told. */
function epochOf(samples: readonly Sample[]): number | undefined {
  const least = Math.max(...samples.map((each) => each.least));
  const most = Math.min(...samples.map((each) => each.most));
  if (least <= most) return samples.length > 0 ? middleOf({ least, most }) : undefined;
  const middles = samples.map(middleOf).sort((a, b) => a - b);
  return middles[Math.floor(middles.length / 2)];
}

const ownEpochNow = () => Date.now() - performance.now();

/** @param onSample called with the offset after each answer, in milliseconds */
export function clusterClock(onSample: (offsetMs: number) => void = () => undefined): ObservedClock {
  let samples: readonly Sample[] = [];

  function epoch(): number | undefined {
    const [now, ownEpoch] = [performance.now(), ownEpochNow()];
    const isGood = (each: Sample) =>
      now - each.at < LONGEST_AGE_MS && Math.abs(ownEpoch - each.ownEpoch) < STEP_MS;
    return epochOf(samples.filter(isGood));
  }

  function offset(): number | undefined {
    const known = epoch();
    return known === undefined ? undefined : ownEpochNow() - known;
  }

  function isNews(date: string, at: number): boolean {
    const last = samples.at(-1);
    if (last?.date !== date || at - last.at >= SPACING_MS) return true;
    return Math.abs(ownEpochNow() - last.ownEpoch) >= STEP_MS;
  }

  return {
    offset,
    now() {
      const known = epoch();
      return known === undefined ? Date.now() : known + performance.now();
    },
    observe(date, sentAt) {
      const at = performance.now();
      if (!isNews(date, at)) return;
      const dateMs = Date.parse(date);
      if (Number.isNaN(dateMs)) return;
      // The API server read its clock at some time between these two.
      const range = { least: dateMs - at, most: dateMs + SECOND_MS - sentAt };
      const sample = { date, ...range, ownEpoch: ownEpochNow(), at };
      samples = [...samples, sample].slice(-SAMPLES);
      const offsetMs = offset();
      if (offsetMs !== undefined) onSample(offsetMs);
    },
  };
}
