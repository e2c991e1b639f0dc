import { expect, test } from 'vitest';
import { createWake } from '../../src/controller/wake.ts';

const LONG = 60_000;

test('a wait ends when somebody calls, or has called since the last wait', async () => {
  const wake = createWake(new AbortController().signal);
  wake.up();
  await wake.wait(LONG);
  const waiting = wake.wait(LONG);
  wake.up();
  await waiting;
  let isOver = false;
  const third = wake.wait(LONG).then(() => {
    isOver = true;
  });
  await Promise.resolve();
  expect(isOver).toBe(false);
  wake.up();
  await third;
});

test('at the end of a term nobody waits', async () => {
  const term = new AbortController();
  const wake = createWake(term.signal);
  const waiting = wake.wait(LONG);
  term.abort();
  await waiting;
  await wake.wait(LONG);
});
