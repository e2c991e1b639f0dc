import { expect, test } from 'vitest';
import { waitingLine } from '../../src/waiting/waiting-line.ts';

const never = new AbortController().signal;

test('callers get their turns while there is room, keys in turn, and those that have left get none', async () => {
  const line = waitingLine();
  const left = new AbortController();
  let room = 2;
  const taken: string[] = [];
  const take = (name: string) => () => {
    room -= 1;
    taken.push(name);
  };
  const leaver = line.wait('c', left.signal, take('c1'));
  for (const name of ['a1', 'a2', 'b1']) void line.wait(name.slice(0, 1), never, take(name));
  left.abort(new Error('left'));
  await expect(leaver).rejects.toThrow('left');
  await expect(line.wait('c', left.signal, take('c2'))).rejects.toThrow('left');
  line.serveWhile(() => room > 0);
  expect(taken).toEqual(['a1', 'b1']);
  room += 2;
  line.serveWhile(() => room > 0);
  expect([taken, room]).toEqual([['a1', 'b1', 'a2'], 1]);
});

test('what taking the room throws is the caller’s own, and the next one gets its turn', async () => {
  const line = waitingLine();
  const failing = line.wait('a', never, () => {
    throw new Error('no room of this kind');
  });
  const next = line.wait('a', never, () => 'taken');
  line.serveWhile(() => true);
  await expect(failing).rejects.toThrow('no room of this kind');
  expect(await next).toBe('taken');
});

test('a caller that leaves just after its turn has the room, so that it can give it back', async () => {
  const line = waitingLine();
  const leaving = new AbortController();
  const waited = line.wait('a', leaving.signal, () => 'taken');
  line.serveWhile(() => true);
  leaving.abort();
  expect(await waited).toBe('taken');
});
