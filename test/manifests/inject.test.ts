import { describe, expect, test } from 'vitest';
import { APP, deploymentYaml, HASH, inject, parsed, webAfter } from './helpers.ts';

const WEB = deploymentYaml('');
const labelled = (value: string) =>
  WEB.replace('  name: web\n', `  name: web\n  labels: {lockstep.dev/inject: ${value}}\n`);
const namespace = (value: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {lockstep.dev/inject: ${value}}}\n`;
const inNamespace = (text: string, name: string) =>
  text
    .replace('metadata:\n  name: web', `metadata:\n  name: web\n  namespace: ${name}`)
    .replace('{name: app}\ndata', `{name: app, namespace: ${name}}\ndata`);

describe('what is found', () => {
  test('ConfigMaps in any file, in any order, in lists and in JSON', async () => {
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

  test('by namespace: what names none is in the one given', async () => {
    const found = async (app: string, web: string, given = 'default') =>
      (await inject({ 'app.yaml': app, 'web.yaml': web }, { namespace: given })).warnings.length === 0;
    expect(await found(inNamespace(APP, 'default'), WEB)).toBe(true);
    expect(await found(inNamespace(APP, 'shop'), WEB)).toBe(false);
    expect(await found(inNamespace(APP, 'shop'), WEB, 'shop')).toBe(true);
    expect(await found(APP, inNamespace(WEB, 'shop'))).toBe(false);
    expect(await found(APP, inNamespace(WEB, 'shop'), 'shop')).toBe(true);
  });

  test('a source that is not there counts as absent, and is said to', async () => {
    const { files, warnings } = await inject({ 'web.yaml': `---\n# web\n${WEB}` });
    expect(files[0]?.after).toContain(`'{"configmap/app":"absent"}'`);
    expect(warnings).toEqual([
      'web.yaml:3:1: deployment/web refers to configmap/app, which is not in the input for namespace default: counted as absent; pass its file too',
    ]);
  });

  test('other kinds and other groups are passed over', async () => {
    const other = WEB.replace('apps/v1', 'example.com/v1');
    const text = `${other}---\njust text\n---\n- 1\n---\nkind: 7\n`;
    expect(await webAfter(text)).toBe(text);
  });

  test('on and off are booleans, as kubectl reads them', async () => {
    await expect(inject({ 'a.yaml': APP.replace('blue', 'on') })).rejects.toThrow(
      'data.COLOUR must be string',
    );
    expect(await webAfter(WEB.replace('{name: app}', '{name: app, optional: yes}'))).toContain(
      '{name: app, optional: yes}',
    );
  });
});

describe('who is managed', () => {
  test.each([
    ['enabled', WEB, [], true],
    ['enabled', labelled('disabled'), [], false],
    ['enabled', WEB, [namespace('disabled')], false],
    ['disabled', WEB, [], false],
    ['disabled', labelled('enabled'), [], true],
    ['disabled', WEB, [namespace('enabled')], true],
    ['disabled', labelled('enabled'), [namespace('disabled')], false],
  ] as const)('default %s', async (injectDefault, web, others, managed) => {
    const { changes, files } = await inject(
      { 'web.yaml': web, 'more.yaml': [APP, ...others].join('---\n') },
      { injectDefault },
    );
    expect(changes).toHaveLength(managed ? 1 : 0);
    expect(files[0]?.after === web).toBe(!managed);
  });
  test('a malformed label is named and ignored', async () => {
    const { changes, warnings } = await inject({ 'a.yaml': APP, 'web.yaml': labelled('maybe') });
    expect(changes).toHaveLength(1);
    expect(warnings[0]).toContain('web.yaml:1:1: label lockstep.dev/inject="maybe"');
  });
});

describe('what comes out', () => {
  test('what changes is listed with its place, and nothing on the second run', async () => {
    const first = await inject({ 'a.yaml': APP, 'web.yaml': WEB });
    expect(first.changes).toEqual([{ place: 'web.yaml:1:1', name: 'deployment/web', reason: 'created' }]);
    const second = await inject({ 'all.yaml': first.output });
    expect(second.changes).toEqual([]);
    expect(second.output).toBe(first.output);
  });

  test('files become one stream of the same documents', async () => {
    const pieces = [
      '{"a": 1}',
      'b: 1',
      '---\nc: 1\n',
      '',
      '# only a comment\n',
      '# in front\n---\nd: |+\n  x\n\n',
      '\uFEFFe: 1\r\n---\r\nf: 1',
      '%YAML 1.2\n---\ng: 1\n...\n',
      'h: 1\n',
    ];
    const { output } = await inject(Object.fromEntries(pieces.map((text, i) => [`${i}.yaml`, text])));
    expect(parsed(output)).toEqual([
      { a: 1 },
      { b: 1 },
      { c: 1 },
      { d: 'x\n\n' },
      { e: 1 },
      { f: 1 },
      { g: 1 },
      { h: 1 },
    ]);
    expect(output.startsWith('---\n{')).toBe(true);
    expect((await inject({ 'again.yaml': output })).output).toBe(output);
  });

  test('one file alone is printed as it is', async () => {
    for (const text of ['', '\n', '# c', '{"a": 1}', '\uFEFFa: 1'])
      expect((await inject({ 'a.yaml': text })).output).toBe(text);
  });
});
