import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { jsonReader } from '../../src/api/read-json.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;
const at = (namespace: string, signal = never) => ({ path: `/api/v1/namespaces/${namespace}/x`, signal });

/** Bodies in chunks of 64 KiB, and how many of their bytes were asked for. */
function bodies(mib: number) {
  const state = { read: 0 };
  const whole = Buffer.from(JSON.stringify('x'.repeat(mib * MIB)));
  async function* body() {
    for (let from = 0; from < whole.length; from += 64 * 1024) {
      const chunk = whole.subarray(from, from + 64 * 1024);
      state.read += chunk.length;
      yield chunk;
      await turn();
    }
  }
  return { state, body };
}

describe('large answers', () => {
  test('are read a few at a time, and all of them in the end', async () => {
    const read = jsonReader();
    const { state, body } = bodies(2);
    const waits: boolean[] = [];
    let done = 0;
    let most = 0;
    const reads = Array.from({ length: 20 }, () =>
      read(body(), at('a'), (waiting) => waits.push(waiting)).then((value) => {
        expect(value).toHaveLength(2 * MIB);
        most = Math.max(most, state.read - done * 2 * MIB);
        done += 1;
      }),
    );
    await Promise.all(reads);
    expect(done).toBe(20);
    // Four of them, and what the other sixteen have read before they wait.
    expect(most).toBeLessThanOrEqual((4 * 2 + 16 * 0.4) * MIB);
    expect(waits.filter((each) => each)).toHaveLength(20);
    expect(waits.filter((each) => !each)).toHaveLength(20);
  });

  test('do not keep small ones, or those of another namespace, waiting', async () => {
    const read = jsonReader();
    const { body } = bodies(2);
    let done = 0;
    const many = Array.from({ length: 40 }, () =>
      read(body(), at('a'), () => undefined).then(() => (done += 1)),
    );
    async function* small() {
      yield Buffer.from('{"a":1}');
    }
    expect(await read(small(), at('b'), () => undefined)).toEqual({ a: 1 });
    expect(done).toBe(0);
    await read(body(), at('b'), () => undefined);
    expect(done).toBeLessThan(20);
    await Promise.all(many);
  });

  test('give their places back, also if their callers leave or their connections break', async () => {
    const read = jsonReader();
    const { body } = bodies(1);
    async function* broken() {
      yield* body();
      throw new Error('broken');
    }
    for (let count = 0; count < 8; count += 1) {
      await expect(read(broken(), at('a'), () => undefined)).rejects.toThrow('broken');
      const left = new AbortController();
      const leaving = read(body(), at('a', left.signal), () => undefined);
      await turn();
      left.abort(new Error('left'));
      await expect(leaving).rejects.toThrow('left');
    }
    expect(await read(body(), at('a'), () => undefined)).toHaveLength(MIB);
  });
});

test('what is no JSON is undefined', async () => {
  async function* html() {
    yield Buffer.from('<html>');
  }
  expect(await jsonReader()(html(), at('a'), () => undefined)).toBeUndefined();
});
