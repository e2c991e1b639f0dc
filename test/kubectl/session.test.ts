import { expect, test } from 'vitest';
import { clusterFlags } from '../../src/kubectl/session.ts';

const NONE = {};

test('the flags that lead to a cluster are those that the person gave, as words of a shell', () => {
  expect(clusterFlags(NONE)).toBe('');
  expect(
    clusterFlags({
      ...NONE,
      context: 'prod',
      as: 'jane doe',
      asGroup: ['a', 'b'],
      insecureSkipTlsVerify: true,
    }),
  ).toBe(" --context prod --as 'jane doe' --as-group a --as-group b --insecure-skip-tls-verify");
});

test('a token is not among them: they are printed', () => {
  expect(clusterFlags({ ...NONE, token: 'secret' })).toBe('');
});
