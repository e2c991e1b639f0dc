import { expect, test } from 'vitest';
import { progressLine, progressOn } from '../../../src/kubectl/printing/progress.ts';

test.each([
  [0, 10, `Reading [${' '.repeat(24)}] 0/10`],
  [5, 10, `Reading [${'#'.repeat(12)}${' '.repeat(12)}] 5/10`],
  [12, 10, `Reading [${'#'.repeat(24)}] 12/10`],
  [0, 0, `Reading [${' '.repeat(24)}] 0/0`],
])('%d of %d', (done, total, line) => {
  expect(progressLine('Reading', done, total)).toBe(line);
});

test('without a total it counts', () => {
  expect(progressLine('Reading', 7)).toBe('Reading 7');
});

test('only a terminal gets a line, and the line goes away', () => {
  for (const progress of [true, false]) {
    let printed = '';
    const line = progressOn({
      move: (text) => {
        printed += text;
      },
      terminal: { colour: false, progress, width: undefined },
    });
    line.end();
    line.show('Reading', 1, 2);
    line.end();
    expect(printed).toBe(progress ? `\r\u001b[K${progressLine('Reading', 1, 2)}\r\u001b[K` : '');
  }
});
