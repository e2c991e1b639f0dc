import { styleText } from 'node:util';
import type { Answer, NoAnswer } from '../nodes/asking.ts';

/** A Service's answers as a strip of digits, which grows before the reader's eyes. */
export interface Strip {
  add(answer: Answer | NoAnswer): void;
  /** Ends the line, for other text; the next answer begins a new one. */
  pause(): void;
  /** Puts a mark where something was done. */
  mark(): void;
  /** All of it in one line of this many characters at most: where there were more answers, some are left out. */
  inOneLine(width: number): string;
}

const INDENT = '    ';
const WIDTH = 100;
const MARK = '|';

/** @param write where it grows */
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

/** Old and new differ in black and white, too. */
function signOf(answer: Answer | NoAnswer): string {
  if (answer.kind === 'none') return styleText('dim', '.');
  return styleText(answer.value === '1' ? 'yellow' : 'green', answer.value.slice(0, 1) || '?');
}
