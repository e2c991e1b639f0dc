/** Something that waits, and can be woken before its time. */
export interface Wake {
  /** Ends the present wait, or the next one if nobody waits. */
  up(): void;
  /** Waits for at most so many milliseconds. */
  wait(ms: number): Promise<void>;
}

export function createWake(signal: AbortSignal): Wake {
  let isUp = false;
  let end: () => void = () => undefined;
  const up = () => {
    isUp = true;
    end();
  };
  signal.addEventListener('abort', up, { once: true });
  return {
    up,
    async wait(ms) {
      if (!isUp && !signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isUp = false;
    },
  };
}
