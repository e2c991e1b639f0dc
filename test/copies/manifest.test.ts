import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CopyOwner, copyManifest } from '../../src/copies/manifest.ts';
import { parseNote, usageOf } from '../../src/copies/note.ts';
import { shortDigest, v1 } from '../../src/digest/format.ts';
import type { SourceContent } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { KEY } from '../kit/secret-keys.ts';

const format = v1(KEY);
const app: Usage = {
  kind: 'configmap',
  name: 'app',
  data: ['a'],
  binaryData: 'all',
  except: [],
  required: true,
};
const db: Usage = { ...app, kind: 'secret', name: 'db', data: [], binaryData: 'all' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

function manifestOf(
  usage: Usage,
  content: SourceContent,
  type?: string,
  owner: CopyOwner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd' },
) {
  const digest = format.sourceDigest('shop', usage, content);
  return { ...copyManifest({ usage, digest, shortDigest: shortDigest(digest) }, content, type, owner) };
}
const ofSecret = (type: string, data: Record<string, string>, binaryData: Usage['binaryData'] = 'all') =>
  manifestOf({ ...db, binaryData }, { data: {}, binaryData: data }, type);

describe('the manifest of a copy', () => {
  const content = { data: { a: '1', b: '2' }, binaryData: { c: 'eA==' } };
  const digest = format.sourceDigest('shop', app, content);
  const name = `app-lockstep-${digest.slice(0, 16)}`;

  test('names its source, and is immutable', () => {
    expect(manifestOf(app, content)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        labels: { 'app.kubernetes.io/managed-by': 'lockstep', 'lockstep.dev/copy': 'true' },
        annotations: {
          'lockstep.dev/copy-of': `{"source":"configmap/app","digest":"${digest}","data":["a"],"binaryData":"all"}`,
        },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd' }],
      },
      immutable: true,
      data: { a: '1' },
      binaryData: { c: 'eA==' },
    });
  });

  test.each([
    ['apps/v1', 'ReplicaSet'],
    ['apps/v1', 'Deployment'],
    ['v1', 'Namespace'],
  ] as const)('names its owner, and does not block the owner’s deletion: %s %s', (apiVersion, kind) => {
    const { metadata } = manifestOf(app, content, undefined, { apiVersion, kind, name: 'web-1', uid: 'u' });
    const owner = { apiVersion, kind, name: 'web-1', uid: 'u' };
    expect(metadata).toEqual({ ...manifestOf(app, content).metadata, ownerReferences: [owner] });
  });

  test('of a Secret shows the id of its key in its name, and no value outside its data', () => {
    const { data, ...rest } = Object.assign(
      { data: {} },
      ofSecret('Opaque', { password: base64('hunter22') }),
    );
    expect(rest).toMatchObject({ kind: 'Secret', type: 'Opaque', immutable: true });
    expect(rest.metadata.name).toMatch(/^db-lockstep-[0-9a-f]{8}-[0-9a-f]{16}$/);
    expect(data).toEqual({ password: base64('hunter22') });
    expect(JSON.stringify(rest)).not.toContain(base64('hunter22'));
    expect(rest).not.toHaveProperty('stringData');
  });
});

describe('a Secret’s type', () => {
  const TLS = 'kubernetes.io/tls';
  test.each<[string, string, Record<string, string>, Usage['binaryData'], string, Record<string, string>]>([
    ['Opaque stays', 'Opaque', { a: 'MQ==' }, 'all', 'Opaque', { a: 'MQ==' }],
    ['one’s own stays', 'example.com/x', { a: 'MQ==' }, 'all', 'example.com/x', { a: 'MQ==' }],
    ['a name of Object.prototype stays', 'constructor', { a: 'MQ==' }, ['a'], 'constructor', { a: 'MQ==' }],
    [
      'of tls the key that is not used is empty',
      TLS,
      { 'tls.crt': 'Yw==', 'tls.key': 'aw==', 'ca.crt': 'YQ==' },
      ['tls.crt'],
      TLS,
      { 'tls.crt': 'Yw==', 'tls.key': '' },
    ],
    [
      'of dockerconfigjson what is not used is an empty object',
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': base64('{"auths":{}}'), a: 'MQ==' },
      ['a'],
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': base64('{}'), a: 'MQ==' },
    ],
    [
      'of basic-auth without a user name none is added',
      'kubernetes.io/basic-auth',
      { password: 'cA==' },
      'all',
      'kubernetes.io/basic-auth',
      { password: 'cA==' },
    ],
    [
      'of basic-auth a user name that is asked for but missing stays missing',
      'kubernetes.io/basic-auth',
      { password: 'cA==' },
      ['username'],
      'kubernetes.io/basic-auth',
      { password: '' },
    ],
    [
      'a token of a service account becomes an ordinary Secret',
      'kubernetes.io/service-account-token',
      { token: 'dA==', 'ca.crt': 'YQ==' },
      ['token'],
      'Opaque',
      { token: 'dA==' },
    ],
    [
      'a bootstrap token becomes an ordinary Secret',
      'bootstrap.kubernetes.io/token',
      { 'token-id': 'aQ==' },
      'all',
      'Opaque',
      { 'token-id': 'aQ==' },
    ],
  ])('%s', (_name, type, data, keys, typeOfCopy, holds) => {
    expect(ofSecret(type, data, keys)).toMatchObject({ type: typeOfCopy });
    expect(ofSecret(type, data, keys)).toHaveProperty('data', holds);
  });

  /** The Secrets that the API server accepts: a Secret with a type has the keys of its type. */
  const KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
    Opaque: [[]],
    [TLS]: [['tls.crt', 'tls.key']],
    'kubernetes.io/ssh-auth': [['ssh-privatekey']],
    'kubernetes.io/basic-auth': [['username'], ['password']],
    'kubernetes.io/dockercfg': [['.dockercfg']],
    'kubernetes.io/dockerconfigjson': [['.dockerconfigjson']],
  };
  const accepted = (type: string, data: Readonly<Record<string, string>>) =>
    (KEYS[type] ?? []).some((needed) => needed.every((key) => Object.hasOwn(data, key)));
  const keys = [...new Set(Object.values(KEYS).flat(2)), 'a', '__proto__'];
  const data = fc
    .subarray(keys)
    .map(
      (some): Record<string, string> => Object.fromEntries(some.map((key) => [key, base64(`{"${key}":1}`)])),
    );
  const used = fc.oneof(fc.constant('all' as const), fc.subarray(keys.toSorted()));

  test('does not prevent a copy from being accepted, and from having its source’s digest', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(KEYS)), data, used, (type, holds, binaryData) => {
        fc.pre(accepted(type, holds));
        const copy = Object.assign({ type: '', data: {} }, ofSecret(type, holds, binaryData));
        expect(accepted(copy.type, copy.data)).toBe(true);
        const note = parseNote(copy.metadata.annotations['lockstep.dev/copy-of']);
        const again =
          note && format.sourceDigest('shop', usageOf(note, db), { data: {}, binaryData: copy.data });
        expect(again).toBe(note?.digest);
      }),
      { numRuns: 1000 },
    );
  });
});
