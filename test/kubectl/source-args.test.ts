import { expect, test } from 'vitest';
import { sourcesNamedBy } from '../../src/kubectl/source-args.ts';

test('sources are named as kubectl names objects, each once', () => {
  const app = { kind: 'configmap', name: 'app' };
  expect(sourcesNamedBy([])).toEqual([]);
  expect(sourcesNamedBy(['cm/app', 'configmap/app', 'secrets/db'])).toEqual([
    app,
    { kind: 'secret', name: 'db' },
  ]);
  expect(sourcesNamedBy(['ConfigMap', 'app'])).toEqual([app]);
});

test.each([
  [['deploy/web'], '"deploy" is neither a ConfigMap nor a Secret: write configmap/NAME or secret/NAME'],
  [['configmap'], '"configmap" names no source: write TYPE/NAME, for example configmap/app'],
  [['cm/a/b'], '"cm/a/b" is not TYPE/NAME, for example configmap/app'],
  [['cm/'], '"cm/" is not TYPE/NAME, for example configmap/app'],
  [['cm', '..'], '".." cannot be the name of a configmap'],
])('%j is an error', (args, message) => {
  expect(() => sourcesNamedBy(args)).toThrow(message);
});
