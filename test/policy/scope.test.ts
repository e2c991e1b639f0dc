import { expect, test } from 'vitest';
import { isInScope, namespacesToList } from '../../src/policy/scope.ts';

test.each<[string, readonly string[], readonly string[], boolean]>([
  ['neither list names it, and only is empty', ['other'], [], true],
  ['it is excluded', ['shop'], [], false],
  ['only names it', [], ['shop'], true],
  ['only names others', [], ['other'], false],
  ['both lists name it', ['shop'], ['shop'], false],
])('a namespace of which %s', (_, excluded, only, inScope) => {
  expect(isInScope({ excluded, only }, 'shop')).toBe(inScope);
});

test('what to list is the whole cluster, or each namespace in scope', () => {
  expect(namespacesToList({ excluded: ['kube-system'], only: [] })).toEqual([undefined]);
  expect(namespacesToList({ excluded: [], only: ['shop', 'bank'] })).toEqual(['shop', 'bank']);
});
