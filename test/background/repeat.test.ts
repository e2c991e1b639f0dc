import { expect, test } from 'vitest';
import { repeat } from '../../src/background/repeat.ts';

test('rounds run one after the other, each after the delay that the previous one returned', async () => {
  const begun: number[] = [];
  let running = 0;
  const repetition = repeat(async () => {
    running += 1;
    expect(running).toBe(1);
    begun.push(performance.now());
    await Promise.resolve();
    running -= 1;
    return begun.length === 1 ? 50 : 0;
  });
  await expect.poll(() => begun.length).toBeGreaterThan(2);
  await repetition.close();
  const [first = 0, second = 0] = begun;
  // A timer may fire a fraction of a millisecond early.
  expect(second - first).toBeGreaterThan(49);
});

test('closed between two rounds, it begins no further round', async () => {
  let rounds = 0;
  const repetition = repeat(async () => {
    rounds += 1;
    return 3_600_000;
  });
  await expect.poll(() => rounds).toBe(1);
  await repetition.close();
  expect(rounds).toBe(1);
});

test('closed before the first round, it runs none', async () => {
  let rounds = 0;
  await repeat(async () => ++rounds, 3_600_000).close();
  expect(rounds).toBe(0);
});

test('closed during a round, it aborts the round and waits for its end', async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const end = Promise.withResolvers<number>();
  const repetition = repeat((signal) => {
    begun.resolve(signal);
    return end.promise;
  });
  const signal = await begun.promise;
  let closed = false;
  const closing = repetition.close().then(() => {
    closed = true;
  });
  expect(signal.aborted).toBe(true);
  await Promise.resolve();
  expect(closed).toBe(false);
  end.resolve(0);
  await closing;
});
