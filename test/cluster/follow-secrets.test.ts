import { expect, test } from 'vitest';
import { inTurns } from '../../src/cluster/follow-secrets.ts';

const at = (namespace: string, name: string) => ({ namespace, name });

test('each Secret comes once, and namespaces take turns', () => {
  const places = [
    at('a', '1'),
    at('a', '2'),
    at('a', '1'),
    at('a', '3'),
    at('b', '1'),
    at('c', '1'),
    at('c', '2'),
  ];
  expect(inTurns(places)).toEqual([
    at('a', '1'),
    at('b', '1'),
    at('c', '1'),
    at('a', '2'),
    at('c', '2'),
    at('a', '3'),
  ]);
  expect(inTurns([])).toEqual([]);
});
