import { expect, test } from 'vitest';
import { NAMESPACE_OPTIONS, namespaceConfig } from '../../src/config/namespaces.ts';

const parse = (text: string) => NAMESPACE_OPTIONS['--namespaces'].value.parse(text, undefined);

test.each<[string, readonly string[]]>([
  ['', []],
  [' ', []],
  ['shop', ['shop']],
  ['shop, bank,123', ['shop', 'bank', '123']],
])('"%s" names the namespaces %j', (text, names) => {
  expect(parse(text)).toEqual(names);
});

test.each([
  ['Shop', 'Shop'],
  ['shop,a.b', 'a.b'],
  ['shop,,bank', ''],
  ['shop bank', 'shop bank'],
  ['-shop', '-shop'],
  ['x'.repeat(64), 'x'.repeat(64)],
])('"%s" is refused', (text, wrong) => {
  expect(() => parse(text)).toThrow(`"${wrong}" is not the name of a namespace.`);
});

test('a namespace is not in both lists', () => {
  const both = { excludedNamespaces: ['kube-system', 'shop'], namespaces: ['bank', 'shop'] };
  expect(() => namespaceConfig(both)).toThrow('--namespaces: shop is also in --excluded-namespaces');
  expect(namespaceConfig({ ...both, namespaces: ['bank'] }).only).toEqual(['bank']);
});
