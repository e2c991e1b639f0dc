import { expect, test } from 'vitest';
import { inventory } from '../../src/cluster/inventory.ts';

const at = (name: string, namespace = 'shop') => ({ namespace, name });

test('what a new listing does not see is gone, once', () => {
  const known = inventory();
  known.begin();
  for (const place of [at('a'), at('b'), at('a', 'other')]) known.see(place);
  expect(known.end()).toEqual([]);
  known.see(at('c'));

  known.begin();
  known.see(at('b'));
  expect(known.end()).toEqual([at('a'), at('c'), at('a', 'other')]);
  known.begin();
  known.see(at('b'));
  expect(known.end()).toEqual([]);
});

test('what was removed is not gone again', () => {
  const known = inventory();
  known.begin();
  known.see(at('a'));
  known.remove(at('a'));
  known.remove(at('never'));
  known.begin();
  expect(known.end()).toEqual([]);
});

test('a listing that breaks off makes nothing gone', () => {
  const known = inventory();
  known.begin();
  known.see(at('a'));
  known.see(at('b'));
  known.begin();
  known.see(at('b'));
  known.begin();
  known.see(at('a'));
  known.see(at('b'));
  expect(known.end()).toEqual([]);
});
