import { expect, test } from 'vitest';
import { places } from '../../src/waiting/places.ts';

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('no more than the places, keys take turns, and who leaves the queue gets none', async () => {
  const { enter } = places(2);
  const order: string[] = [];
  const leave = new Map<string, () => void>();
  const left = new AbortController();
  const come = async (name: string, signal = never) => {
    leave.set(name, await enter(name.slice(0, 1), signal));
    order.push(name);
  };
  const coming = ['a1', 'a2', 'a3', 'a4', 'b1'].map((name) => come(name));
  const leaver = come('c1', left.signal);
  await turn();
  expect(order).toEqual(['a1', 'a2']);
  left.abort(new Error('left'));
  await expect(leaver).rejects.toThrow('left');
  for (const name of ['a1', 'a2', 'a3']) {
    leave.get(name)?.();
    await turn();
  }
  await Promise.all(coming);
  expect(order).toEqual(['a1', 'a2', 'a3', 'b1', 'a4']);
  // The last places are free again.
  leave.get('b1')?.();
  await come('d1');
  expect(order).toHaveLength(6);
});
