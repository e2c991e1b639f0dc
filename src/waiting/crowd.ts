/** How many may be inside at once. */
export interface CrowdLimits {
  readonly perOne: number;
  readonly all: number;
}

/**
 * Counts who is inside: at work, or waiting for it. Beyond the limits, nobody is let in.
 * @param fullError made for those who are not
 * @returns a function that does work as somebody who is inside meanwhile
 */
export function crowd({ perOne, all }: CrowdLimits, fullError: () => Error) {
  const inside = new Map<string, number>();
  let total = 0;

  function count(who: string, by: 1 | -1): void {
    total += by;
    const now = (inside.get(who) ?? 0) + by;
    if (now > 0) inside.set(who, now);
    else inside.delete(who);
  }

  return async <T>(who: string, work: () => Promise<T>): Promise<T> => {
    if (total >= all || (inside.get(who) ?? 0) >= perOne) throw fullError();
    count(who, 1);
    try {
      return await work();
    } finally {
      count(who, -1);
    }
  };
}
