import { waitingLine } from './waiting-line.ts';

/** A number of places, for work that must not be done more often at a time. Keys take turns at them. */
export interface Places {
  /**
   * Waits for a place.
   * @returns a function that gives the place back
   */
  enter(key: string, signal: AbortSignal): Promise<() => void>;
}

export function places(count: number): Places {
  let free = count;
  const line = waitingLine();
  const fill = () => line.serveWhile(() => free > 0);

  function leave(): void {
    free += 1;
    fill();
  }

  return {
    async enter(key, signal) {
      const entered = line.wait(key, signal, () => {
        free -= 1;
      });
      fill();
      await entered;
      return leave;
    },
  };
}
