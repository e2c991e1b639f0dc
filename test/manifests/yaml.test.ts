import { expect, test } from 'vitest';
import { oneDocument, parseYaml } from '../../src/manifests/yaml.ts';
import { APP, deploymentYaml, inject, webAfter } from '../kit/injected.ts';

const WEB = deploymentYaml('');

test('on and off are booleans, as kubectl reads them', async () => {
  await expect(inject({ 'a.yaml': APP.replace('blue', 'on') })).rejects.toThrow('data.COLOUR must be string');
  expect(await webAfter(WEB.replace('{name: app}', '{name: app, optional: yes}'))).toContain(
    '{name: app, optional: yes}',
  );
});

test.each([
  ['yes', true],
  ['Off', false],
  ['"yes"', 'yes'],
  ['yEs', 'yEs'],
  ['true', true],
  ['~', null],
])('%s is %j', (text, value) => {
  expect(oneDocument(`a: ${text}\n`)?.toJS()).toEqual({ a: value });
});

test('only a text with one well-formed document counts as one document', () => {
  for (const text of ['', 'a: 1\n---\nb: 1\n', 'a: [1\n']) expect(oneDocument(text)).toBeUndefined();
  expect(parseYaml('a: 1\n---\nb: 1\n')).toHaveLength(2);
  expect(parseYaml('a: [1\n')[0]?.errors).not.toEqual([]);
  expect(parseYaml('')).toEqual([]);
});
