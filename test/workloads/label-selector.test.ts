import { expect, test } from 'vitest';
import { type LabelSelector, selectorString } from '../../src/workloads/label-selector.ts';

const expression = (operator: string, values?: string[]) => ({
  key: 'tier',
  operator,
  ...(values && { values }),
});

test.each<[LabelSelector, string]>([
  [{}, ''],
  [{ matchLabels: null, matchExpressions: null }, ''],
  [{ matchLabels: { app: 'web', 'example.com/part': 'a' } }, 'app=web,example.com/part=a'],
  [{ matchExpressions: [expression('In', ['a', 'b'])] }, 'tier in (a,b)'],
  [{ matchExpressions: [expression('NotIn', ['a'])] }, 'tier notin (a)'],
  [{ matchExpressions: [expression('Exists')] }, 'tier'],
  [{ matchExpressions: [expression('DoesNotExist')] }, '!tier'],
  [{ matchLabels: { app: 'web' }, matchExpressions: [expression('Exists')] }, 'app=web,tier'],
])('%j is %s', (selector, text) => {
  expect(selectorString(selector)).toBe(text);
});

test.each(['Near', 'constructor', '__proto__'])(
  'an unknown operator cannot be written as a selector: %s',
  (operator) => {
    const selector = { matchLabels: { app: 'web' }, matchExpressions: [expression(operator, ['a'])] };
    expect(selectorString(selector)).toBeUndefined();
  },
);
