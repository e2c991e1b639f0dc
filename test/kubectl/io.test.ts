import { expect, test } from 'vitest';
import { terminalOf } from '../../src/kubectl/io.ts';

const tty = { isTTY: true, columns: 80 };

test.each([
  { of: 'a terminal', env: {}, out: tty, err: tty, colour: true, progress: true, width: 80 },
  { of: 'a pipe', env: {}, out: {}, err: tty, colour: false, progress: true, width: undefined },
  { of: 'a job', env: {}, out: {}, err: {}, colour: false, progress: false, width: undefined },
  { of: 'NO_COLOR', env: { NO_COLOR: '1' }, out: tty, err: tty, colour: false, progress: true, width: 80 },
  {
    of: 'an empty NO_COLOR',
    env: { NO_COLOR: '' },
    out: tty,
    err: tty,
    colour: true,
    progress: true,
    width: 80,
  },
  { of: 'TERM=dumb', env: { TERM: 'dumb' }, out: tty, err: tty, colour: false, progress: false, width: 80 },
])('$of', ({ env, out, err, colour, progress, width }) => {
  expect(terminalOf(env, out, err)).toEqual({ colour, progress, width });
});
