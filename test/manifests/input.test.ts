import { describe, expect, test } from 'vitest';
import { formatsWith } from '../../src/digest/format.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { APP, deploymentYaml, errorOf, HASH, inject, sourcesIn, webWithSecret } from '../kit/injected.ts';
import { KEY } from '../kit/secret-keys.ts';

const SECRETS = {
  defaults: { secrets: true, include: true, ignore: [], rollOn: OPERATIONS },
  format: formatsWith([KEY]).current,
};
const WEB = deploymentYaml('');

const db = (content: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${content}\n`;

test('Secrets count if they are switched on, and stringData overrides data, as in the cluster', async () => {
  const files = (content: string) => ({
    'app.yaml': APP,
    'db.yaml': db(content),
    'web.yaml': webWithSecret(),
  });
  const plain = await sourcesIn(files('data: {password: b25l}'), SECRETS);
  expect(plain).toEqual({
    'configmap/app': expect.stringMatching(/^[0-9a-f]{16}$/),
    'secret/db': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{16}$/),
  });
  expect(await sourcesIn(files('stringData: {password: one}'), SECRETS)).toEqual(plain);
  expect(await sourcesIn(files('data: {password: eA==}\nstringData: {password: one}'), SECRETS)).toEqual(
    plain,
  );
  expect(await sourcesIn(files('stringData: {password: two}'), SECRETS)).not.toEqual(plain);
  expect(Object.keys(Object(await sourcesIn(files('data: {password: b25l}'))))).toEqual(['configmap/app']);
});

test('a ConfigMap that exists twice is an error with both positions', async () => {
  const error = await errorOf({
    'a.yaml': `x: 1\n---\n${APP}`,
    'b.yaml': `{kind: List, items: [${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: 'default' } })}]}`,
  });
  expect(error.code).toBe('MANIFEST_INVALID');
  expect(error.message).toBe(
    'configmap/app in namespace default is defined twice: a.yaml:3:1 and b.yaml:1:22',
  );
});

const inNamespace = (text: string, name: string) =>
  text
    .replace('metadata:\n  name: web', `metadata:\n  name: web\n  namespace: ${name}`)
    .replace('{name: app}\ndata', `{name: app, namespace: ${name}}\ndata`);

describe('sources are found', () => {
  test('in any file, in any order, in lists and in JSON', async () => {
    const list = JSON.stringify({
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { COLOUR: 'blue' } }],
    });
    const typed = JSON.stringify({ kind: 'ConfigMapList', apiVersion: 'v1', items: JSON.parse(list).items });
    for (const source of [APP, list, typed]) {
      const { files, warnings } = await inject({ 'web.yaml': WEB, 'z.json': source });
      expect(files[0]?.after).toContain(HASH);
      expect(warnings).toEqual([]);
    }
  });

  test('by namespace, which defaults to the given one', async () => {
    const found = async (app: string, web: string, given = 'default') =>
      (await inject({ 'app.yaml': app, 'web.yaml': web }, { namespace: given })).warnings.length === 0;
    expect(await found(inNamespace(APP, 'default'), WEB)).toBe(true);
    expect(await found(inNamespace(APP, 'shop'), WEB)).toBe(false);
    expect(await found(inNamespace(APP, 'shop'), WEB, 'shop')).toBe(true);
    expect(await found(APP, inNamespace(WEB, 'shop'))).toBe(false);
    expect(await found(APP, inNamespace(WEB, 'shop'), 'shop')).toBe(true);
  });
});
