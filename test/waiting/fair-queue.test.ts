import { expect, test } from 'vitest';
import { fairQueue } from '../../src/waiting/fair-queue.ts';

test('keys take turns, and each key keeps its order', () => {
  const queue = fairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.add(item.slice(0, 1), item);
  const taken = [queue.next(), queue.next()];
  queue.add('d', 'd1');
  queue.add('a', 'a4');
  for (let item = queue.next(); item !== undefined; item = queue.next()) taken.push(item);
  expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'd1', 'c2', 'a3', 'a4']);
  expect(queue.next()).toBeUndefined();
});
