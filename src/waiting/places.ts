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
  const hasRoom = () => free > 0;
  const line = waitingLine(hasRoom);

  function leave(): void {
    free += 1;
    line.serveWhile(hasRoom);
  }

  return {
    async enter(key, signal) {
      await line.wait(key, signal, () => {
        free -= 1;
      });
      return leave;
    },
  };
}
