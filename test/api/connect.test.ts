import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type ConnectionFlags, connect } from '../../src/api/connect.ts';
import { credentialSource } from '../../src/api/credentials.ts';

let folder = '';
const file = (name: string) => join(folder, name);

const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'one',
  contexts: [
    { name: 'one', context: { cluster: 'one', user: 'anna', namespace: 'shop' } },
    { name: 'two', context: { cluster: 'two', user: 'bert' } },
  ],
  clusters: [
    { name: 'one', cluster: { server: 'https://one.example:6443', 'insecure-skip-tls-verify': true } },
    { name: 'two', cluster: { server: 'https://two.example/' } },
  ],
  users: [
    { name: 'anna', user: { token: 'of-anna' } },
    { name: 'bert', user: { token: 'of-bert', as: 'carl', 'as-groups': ['g', 'h'], 'as-uid': '7' } },
  ],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-connect-'));
  await writeFile(file('config'), stringify(KUBECONFIG));
  await writeFile(
    file('other'),
    stringify({
      ...KUBECONFIG,
      contexts: [{ name: 'three', context: { cluster: 'three', user: 'anna' } }],
      clusters: [{ name: 'three', cluster: { server: 'https://three.example' } }],
      users: [{ name: 'anna', user: { token: 'of-another-anna' } }],
    }),
  );
  await writeFile(file('broken'), 'a: [');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function reach(flags: ConnectionFlags, kubeconfig = file('config')) {
  const { kubeconfig: loaded, namespace } = connect(flags, { KUBECONFIG: kubeconfig });
  const { server, headers, tls } = await credentialSource(loaded).current();
  return { server, headers, tls, namespace };
}

describe('the way to a cluster', () => {
  test('is that of the current context', async () => {
    expect(await reach({})).toMatchObject({
      server: 'https://one.example:6443',
      namespace: 'shop',
      headers: { authorization: 'Bearer of-anna' },
      tls: { rejectUnauthorized: false },
    });
  });

  test.each([
    { flags: { context: 'two' }, server: 'https://two.example', token: 'of-bert', namespace: 'default' },
    { flags: { cluster: 'two' }, server: 'https://two.example', token: 'of-anna', namespace: 'shop' },
    { flags: { user: 'bert' }, server: 'https://one.example:6443', token: 'of-bert', namespace: 'shop' },
    {
      flags: { server: 'https://s.example' },
      server: 'https://s.example',
      token: 'of-anna',
      namespace: 'shop',
    },
    { flags: { token: 't' }, server: 'https://one.example:6443', token: 't', namespace: 'shop' },
    { flags: { namespace: 'n' }, server: 'https://one.example:6443', token: 'of-anna', namespace: 'n' },
  ])('follows $flags', async ({ flags, server, token, namespace }) => {
    const reached = await reach(flags);
    expect(reached).toMatchObject({ server, namespace, headers: { authorization: `Bearer ${token}` } });
  });

  test('may need no kubeconfig', async () => {
    const flags = { server: 'https://s.example', token: 't' };
    expect(await reach(flags, file('missing'))).toMatchObject({
      server: 'https://s.example',
      namespace: 'default',
    });
  });

  test('is that of several files, of which the first goes before the others', async () => {
    const both = `${file('config')}:${file('other')}`;
    expect(await reach({ context: 'three' }, both)).toMatchObject({
      server: 'https://three.example',
      headers: { authorization: 'Bearer of-anna' },
    });
  });
});

describe('impersonation', () => {
  test.each([
    { flags: {}, headers: {} },
    { flags: { as: 'dora' }, headers: { 'impersonate-user': 'dora' } },
    {
      flags: { as: 'dora', asGroup: ['x', 'y'], asUid: '1' },
      headers: { 'impersonate-user': 'dora', 'impersonate-group': ['x', 'y'], 'impersonate-uid': '1' },
    },
    {
      flags: { context: 'two' },
      headers: { 'impersonate-user': 'carl', 'impersonate-group': ['g', 'h'], 'impersonate-uid': '7' },
    },
    { flags: { context: 'two', as: 'dora' }, headers: { 'impersonate-user': 'dora' } },
  ])('$flags', async ({ flags, headers }) => {
    const { authorization: _, ...others } = (await reach(flags)).headers;
    expect(others).toEqual(headers);
  });
});

describe('a way that does not exist is told of', () => {
  test.each([
    [{ context: 'three' }, 'config', 'it has no context "three"'],
    [{ cluster: 'three' }, 'config', 'it has no cluster "three"'],
    [{ user: 'three' }, 'config', 'it has no user "three"'],
    [{}, 'missing', 'names a file that exists'],
    [{}, 'broken', 'cannot use'],
  ])('%j in the file "%s"', (flags, name, error) => {
    expect(() => connect(flags, { KUBECONFIG: file(name) })).toThrow(error);
  });

  test('a kubeconfig of the flag must exist', () => {
    expect(() => connect({ kubeconfig: file('missing') }, {})).toThrow(`cannot use ${file('missing')}`);
  });
});
