import { describe, expect, test } from 'vitest';
import { type Fairness, fairness, type Standing } from '../../src/server/fairness.ts';

/** Adds connections, named by their network and number, in order. */
function add(table: Fairness<string>, network: string, count: number, standing?: Standing): void {
  for (let i = 0; i < count; i += 1) {
    table.add(`${network}${i}`, network);
    if (standing) table.put(`${network}${i}`, standing);
  }
}

/** The connection that goes for a newcomer of this network. */
function loserFor(table: Fairness<string>, network: string): string {
  table.add('newcomer', network);
  return table.loser('newcomer');
}

describe('the network that has the most connections loses one', () => {
  test.each<Standing>(['unproven', 'idle', 'busy'])('whatever these carry: %s', (standing) => {
    const table = fairness<string>(false);
    add(table, 'a', 3, standing);
    add(table, 'b', 2, 'unproven');
    expect(loserFor(table, 'b')).toBe('a0');
  });

  test('and the newcomer itself does not count', () => {
    const table = fairness<string>(false);
    add(table, 'a', 2, 'idle');
    add(table, 'b', 1, 'idle');
    expect(loserFor(table, 'b')).toBe('a0');
  });
});

describe('of its connections goes', () => {
  test('the oldest that has proven nothing, though others have been idle longer', () => {
    const table = fairness<string>(false);
    add(table, 'a', 1, 'busy');
    table.put('a0', 'idle');
    table.add('stranger', 'a');
    table.add('stranger too', 'a');
    expect(loserFor(table, 'a')).toBe('stranger');
  });

  test('the longest idle one, if nearly all have proven something', () => {
    const table = fairness<string>(false);
    add(table, 'a', 10, 'idle');
    table.put('a0', 'busy');
    table.put('a0', 'idle');
    table.add('new before', 'a');
    expect(loserFor(table, 'a')).toBe('a1');
  });

  test('one with a review in progress last, and not for a newcomer of the same network', () => {
    const table = fairness<string>(false);
    add(table, 'a', 3, 'busy');
    table.put('a1', 'idle');
    expect(loserFor(table, 'a')).toBe('a1');
    table.put('a1', 'busy');
    expect(table.loser('newcomer')).toBe('newcomer');
    table.remove('newcomer');
    expect(loserFor(table, 'b')).toBe('a0');
  });

  test('not the newcomer, as long as another one can go', () => {
    const table = fairness<string>(false);
    add(table, 'a', 1);
    expect(loserFor(table, 'a')).toBe('a0');
  });
});

describe('where clients are trusted by their certificates', () => {
  test('those that are not go first, however many networks they come from', () => {
    const table = fairness<string>(true);
    add(table, 'a', 5, 'idle');
    add(table, 'b', 1);
    add(table, 'c', 2);
    expect(loserFor(table, 'a')).toBe('c0');
  });

  test('trusted ones go as elsewhere if there are no others', () => {
    const table = fairness<string>(true);
    add(table, 'a', 5, 'idle');
    add(table, 'b', 1, 'idle');
    expect(loserFor(table, 'b')).toBe('a0');
  });
});

test('a connection that is gone is forgotten, and cannot come back', () => {
  const table = fairness<string>(false);
  add(table, 'a', 2);
  table.remove('a0');
  table.put('a0', 'idle');
  expect(loserFor(table, 'a')).toBe('a1');
  table.remove('a1');
  expect(table.loser('newcomer')).toBe('newcomer');
});
