import { expect, test } from 'vitest';
import { v1 } from '../../src/digest/format.ts';
import { readDocuments } from '../../src/manifests/documents.ts';
import { inputOf } from '../../src/manifests/input.ts';
import { objectsOf } from '../../src/manifests/objects.ts';
import { portsOf } from '../../src/manifests/ports.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { APP, sourcesIn, webWithSecret } from '../kit/injected.ts';

test('lockstep.dev/ignore applies, on the workload and on the source', async () => {
  const ignored = APP.replace('{name: app}', '{name: app, annotations: {lockstep.dev/ignore: "true"}}');
  const files = (app: string, annotations?: string) => ({
    'app.yaml': app,
    'web.yaml': webWithSecret(annotations),
  });
  expect(await sourcesIn(files(APP))).toHaveProperty('configmap/app');
  expect(await sourcesIn(files(ignored))).toBeUndefined();
  expect(await sourcesIn(files(APP, '{lockstep.dev/ignore: configmap/app}'))).toBeUndefined();
});

const { signal } = new AbortController();
/** The ports over the objects of one file, in the namespace `shop`. */
const portsOver = (text: string) =>
  portsOf(inputOf(readDocuments({ name: 'x.yaml', text }).documents.flatMap(objectsOf), 'shop'));

test('a source has the digest of its content in the files, and is absent if they lack it', async () => {
  const { sources } = portsOver(APP);
  const held = { data: { COLOUR: 'blue' }, binaryData: {} };
  const digest = (namespace: string) => sources.digest(namespace, ALL_OF_APP, v1(), signal);
  expect(await digest('shop')).toEqual({
    digest: v1().sourceDigest('shop', ALL_OF_APP, held),
    malformedIgnore: undefined,
    missingKeys: [],
    isTrustBundle: false,
    immutableSince: undefined,
  });
  expect(await digest('other')).toMatchObject({ digest: 'absent' });
  const needed = { env: ['COLOUR', 'SIZE'], files: [] };
  expect(await sources.digest('shop', { ...ALL_OF_APP, needed }, v1(), signal)).toMatchObject({
    missingKeys: ['SIZE'],
  });
});

test('a namespace has its labels from the files, or none', async () => {
  const { namespaces } = portsOver(
    '{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {a: b}}}',
  );
  expect((await namespaces.read('shop', signal))?.labels).toEqual({ a: 'b' });
  expect((await namespaces.read('other', signal))?.labels).toEqual({});
});

test('there are no copies, and a create needs no cluster', () => {
  const { copies, sources } = portsOver(APP);
  expect(copies).toBeUndefined();
  expect(() => sources.times('shop', ALL_OF_APP, signal)).toThrow('a create needs neither');
});
