import { styleText } from 'node:util';
import type { Answer, NoAnswer } from '../nodes/asking.ts';

/** A Service's answers as a strip of digits that grows while the reader watches. */
export interface Strip {
  add(answer: Answer | NoAnswer): void;
  /** Ends the line, for other text. The next answer begins a new one. */
  pause(): void;
  /** Puts a mark where a step was taken. */
  mark(): void;
  /**
   * The whole strip in one line of at most this many characters. If there were more answers, it leaves some
   * out.
   */
  inOneLine(width: number): string;
}

const INDENT = '    ';
const WIDTH = 100;
const MARK = '|';

/** @param write receives the strip, piece by piece */
export function strip(write: (text: string) => void): Strip {
  const all: string[] = [];
  let column = 0;
  return {
    add: (answer) => {
      const sign = signOf(answer);
      all.push(sign);
      write(column === 0 ? INDENT + sign : sign);
      column += 1;
      if (column < WIDTH) return;
      write('\n');
      column = 0;
    },
    pause: () => {
      if (column > 0) write('\n');
      column = 0;
    },
    mark: () => {
      all.push(MARK);
    },
    inOneLine: (width) => {
      const step = Math.max(1, Math.ceil(all.length / width));
      return all.filter((sign, index) => sign === MARK || index % step === 0).join('');
    },
  };
}

/** Old and new answers differ without colours, too. */
function signOf(answer: Answer | NoAnswer): string {
  if (answer.kind === 'none') return styleText('dim', '.');
  return styleText(answer.value === '1' ? 'yellow' : 'green', answer.value.slice(0, 1) || '?');
}
