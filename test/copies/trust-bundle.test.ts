import { expect, test } from 'vitest';
import { isTrustBundle } from '../../src/copies/trust-bundle.ts';

test.each<[string, Parameters<typeof isTrustBundle>[0], boolean]>([
  ['by trust-manager', { labels: { 'trust.cert-manager.io/bundle': 'any' } }, true],
  ['by OpenShift, at a label', { labels: { 'config.openshift.io/inject-trusted-cabundle': 'true' } }, true],
  [
    'by OpenShift, at an annotation',
    { annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' } },
    true,
  ],
  ['by nobody', { labels: { 'config.openshift.io/inject-trusted-cabundle': 'false' } }, false],
  ['by nobody, without labels', { labels: null }, false],
])('a source is filled with trusted CAs %s', (_by, metadata, expected) => {
  expect(isTrustBundle(metadata)).toBe(expected);
});
