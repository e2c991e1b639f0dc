import { describe, expect, test } from 'vitest';
import { mapFew } from '../../src/in-step/map-few.ts';
import { READS_AT_ONCE } from '../../src/references/limits.ts';

/** Work that ends when the test says so. */
function works() {
  const begun: PromiseWithResolvers<number>[] = [];
  const work = (item: number) => {
    const one = Promise.withResolvers<number>();
    begun[item] = one;
    return one.promise;
  };
  return { begun, work };
}

const never = new AbortController().signal;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a few at a time', () => {
  test('a next one begins when one ends, and the results come in the order of the items', async () => {
    const { begun, work } = works();
    const all = mapFew(range(4), never, work, 2);
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(10);
    await turn();
    expect(begun).toHaveLength(3);
    begun[2]?.resolve(20);
    await turn();
    begun[3]?.resolve(30);
    begun[0]?.resolve(0);
    expect(await all).toEqual([0, 10, 20, 30]);
  });

  test('there are ten, unless the caller says otherwise', async () => {
    const { begun, work } = works();
    const ended = new AbortController();
    const all = mapFew(range(25), ended.signal, work);
    expect(begun).toHaveLength(READS_AT_ONCE);
    ended.abort(new Error('over'));
    for (const one of begun) one.resolve(0);
    await expect(all).rejects.toThrow('over');
    expect(begun).toHaveLength(READS_AT_ONCE);
  });

  test('nothing more begins after a failure', async () => {
    const { begun, work } = works();
    const all = mapFew(range(9), never, work, 3);
    begun[1]?.reject(new Error('no'));
    await expect(all).rejects.toThrow('no');
    begun[0]?.resolve(0);
    begun[2]?.resolve(0);
    await turn();
    expect(begun).toHaveLength(3);
  });

  test('nothing gives nothing', async () => {
    expect(await mapFew([], never, works().work)).toEqual([]);
  });
});
