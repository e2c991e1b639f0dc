import { expect, test, vi } from 'vitest';
import { whileLeading } from '../../src/background/while-leading.ts';

/** Work that ends when it is told to. */
function work() {
  const begun: AbortSignal[] = [];
  const act = (signal: AbortSignal) => {
    begun.push(signal);
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  };
  return { begun, act };
}

test('the work begins with each term, ends with it, and is never there twice', async () => {
  vi.useFakeTimers();
  try {
    let leads = false;
    const { begun, act } = work();
    const repetition = whileLeading({ leads: () => leads }, act);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(begun).toEqual([]);
    leads = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(begun.map(({ aborted }) => aborted)).toEqual([false]);
    leads = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(begun.map(({ aborted }) => aborted)).toEqual([true]);
    leads = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(begun.map(({ aborted }) => aborted)).toEqual([true, false]);
    await repetition.close();
    expect(begun.map(({ aborted }) => aborted)).toEqual([true, true]);
  } finally {
    vi.useRealTimers();
  }
});
