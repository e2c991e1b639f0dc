import type { Io } from '../io.ts';

/** A line that says how far a command is. */
export interface Progress {
  /** @param total undefined: it is not known */
  show(what: string, done: number, total?: number): void;
  /** Takes the line away. */
  end(): void;
}

const WIDTH = 24;
/** So often at most, in milliseconds: a terminal far away should not have to catch up. */
const EVERY_MS = 100;

/** `Reading workloads [#####     ] 500/2000` */
export function progressLine(what: string, done: number, total?: number): string {
  if (total === undefined) return `${what} ${done}`;
  const filled = total === 0 ? 0 : Math.round((WIDTH * Math.min(done, total)) / total);
  return `${what} [${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${done}/${total}`;
}

/** Progress on a terminal. Elsewhere it says nothing. */
export function progressOn({ move, terminal }: Pick<Io, 'move' | 'terminal'>): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(what, done, total) {
      const now = performance.now();
      if (!terminal.progress || now - shownAt < EVERY_MS) return;
      shownAt = now;
      isShown = true;
      move(`\r\u001b[K${progressLine(what, done, total)}`);
    },
    end() {
      if (isShown) move('\r\u001b[K');
      isShown = false;
    },
  };
}
