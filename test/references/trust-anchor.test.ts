import { expect, test } from 'vitest';
import { references } from '../../src/references/references.ts';
import { isTrustAnchor } from '../../src/references/trust-anchor.ts';
import type { Volume } from '../../src/workloads/pod-template.ts';

type Projected = NonNullable<NonNullable<NonNullable<Volume['projected']>['sources']>[number]>;
const token: Projected = { serviceAccountToken: {} };
const keys = (...names: string[]): Projected => ({
  configMap: { name: 'ca', items: names.map((key) => ({ key, path: key })) },
});

test.each<[string, Projected[], boolean]>([
  ['a CA beside a token', [token, keys('ca.crt')], true],
  ['as OpenShift has it', [keys('service-ca.crt'), token], true],
  ['a CA without a token', [keys('ca.crt')], false],
  ['another key beside a token', [token, keys('ca.crt', 'a')], false],
  ['all keys beside a token', [token, { configMap: { name: 'ca' } }], false],
  [
    'a Secret beside a token',
    [token, { secret: { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }],
    false,
  ],
])('%s: %j', (_what, sources, expected) => {
  const volumes: Volume[] = [{ name: 'other' }, { name: 'v', projected: { sources } }];
  const template = { spec: { volumes } };
  expect(references(template).map((reference) => isTrustAnchor(template, reference))).toEqual([expected]);
});

test('a ConfigMap that is no projected volume is none', () => {
  const volumes: Volume[] = [
    { name: 'v', configMap: { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  ];
  const template = { spec: { volumes } };
  expect(references(template).map((reference) => isTrustAnchor(template, reference))).toEqual([false]);
});
