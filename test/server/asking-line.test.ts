import { describe, expect, it } from 'vitest';
import { askingLine, LineFull } from '../../src/server/asking-line.ts';

const { signal } = new AbortController();

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

describe('people who ask', () => {
  it('are answered a few at a time, and one user cannot take all turns', async () => {
    const line = askingLine();
    const { work, end } = held();
    const order: string[] = [];
    const busy = Array.from({ length: 4 }, () => line('crowd', signal, work));
    const ask = (user: string) =>
      line(user, signal, async () => {
        order.push(user);
      });
    const waiting = [...Array.from({ length: 10 }, () => ask('crowd')), ask('alice')];
    await new Promise(setImmediate);
    expect(order).toEqual([]);
    end();
    await Promise.all([...busy, ...waiting]);
    expect(order).toHaveLength(11);
    expect(order.indexOf('alice')).toBeLessThan(3);
  });

  it('are sent away if one of them has too many questions, and others are not', async () => {
    const line = askingLine();
    const { work, end } = held();
    const busy = Array.from({ length: 50 }, () => line('crowd', signal, work));
    await expect(line('crowd', signal, work)).rejects.toBeInstanceOf(LineFull);
    const other = line('alice', signal, async () => 'answered');
    end();
    await expect(other).resolves.toBe('answered');
    await Promise.all(busy);
    await expect(line('crowd', signal, async () => 'again')).resolves.toBe('again');
  });

  it('make room when they leave', async () => {
    const line = askingLine();
    const { work, end } = held();
    const busy = Array.from({ length: 4 }, () => line('crowd', signal, work));
    const leaving = new AbortController();
    const left = Array.from({ length: 46 }, () => line('crowd', leaving.signal, work));
    leaving.abort(new Error('gone'));
    for (const each of left) await expect(each).rejects.toThrow('gone');
    const next = line('crowd', signal, async () => 'answered');
    end();
    await expect(next).resolves.toBe('answered');
    await Promise.all(busy);
  });
});
