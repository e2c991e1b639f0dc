import { expect, test } from 'vitest';
import { readDocuments } from '../../src/manifests/documents.ts';
import { textWithMarks } from '../../src/manifests/mark.ts';
import { CONFIG_HASH, CONFIG_SOURCES } from '../../src/marks/names.ts';
import { APP, deploymentYaml, errorOf, HASH, parsed, SOURCES, webAfter } from '../kit/injected.ts';

const MARKS = { [CONFIG_HASH]: HASH, [CONFIG_SOURCES]: SOURCES };
const metadataOf = (text: string) => parsed(text)[0];

/** A Deployment with its own annotations and those of its pod template in these notations. */
const shared = (own: string, template: string) =>
  deploymentYaml(template).replace('  name: web\n', `  name: web # the name\n${own}`);

test.each([
  [
    'annotations that are an alias',
    '  annotations: &a\n    x: w # why\n',
    '    metadata:\n      annotations: *a\n',
  ],
  [
    'metadata with a merge key',
    '  annotations: {}\n  x-base: &m\n    annotations: {x: w}\n',
    '    metadata:\n      <<: *m\n',
  ],
  [
    'annotations in front of a merge key that counts over them',
    '  annotations: {}\n  x-base: &m\n    annotations: {x: w}\n',
    '    metadata:\n      annotations: {}\n      <<: *m\n',
  ],
  [
    'annotations with a merge key',
    '  annotations: &a\n    x: w\n',
    '    metadata:\n      annotations:\n        <<: *a\n        z: "1"\n',
  ],
])('%s: the marks are put in one place only', async (_name, own, template) => {
  const before = shared(own, template);
  const after = await webAfter(before);
  const [was, is] = [metadataOf(before), metadataOf(after)];
  expect(is).not.toEqual(was);
  expect(is).toMatchObject({ spec: { template: { metadata: { annotations: { x: 'w', ...MARKS } } } } });
  expect(is).toHaveProperty('metadata', Reflect.get(Object(was), 'metadata'));
  expect(after).toContain('# the name');
  expect(await webAfter(after)).toBe(after);
});

test('an anchor that is not shared stays in place', async () => {
  const before = deploymentYaml('    metadata:\n      annotations: &a\n        x: w\n');
  expect(await webAfter(before)).toContain('annotations: &a\n        lockstep.dev/config-hash');
});

test('an anchored template that another item of the list repeats is marked once', async () => {
  const first = deploymentYaml('')
    .replace('  template:', '  template: &t')
    .trimEnd()
    .replaceAll('\n', '\n  ');
  const second =
    'apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: two, labels: {lockstep.dev/inject: disabled}}\n  spec:\n    template: *t';
  const after = await webAfter(`kind: List\nitems:\n- ${first}\n- ${second}\n`);
  expect(parsed(after)[0]).toMatchObject({
    items: [
      { spec: { template: { metadata: { annotations: MARKS } } } },
      { spec: { template: { spec: { containers: [{ name: 'web' }] } } } },
    ],
  });
  expect(parsed(after)[0]).not.toHaveProperty('items.1.spec.template.metadata');
  expect(await webAfter(after)).toBe(after);
});

test('a document without a workload is not changed', () => {
  const text = 'a:   1 # x\n';
  const [document] = readDocuments({ name: 'x.yaml', text }).documents;
  expect(document && textWithMarks(document, [])).toBe(text);
});

test('a template that cannot carry annotations is refused, with its position', async () => {
  // kubectl lets a merge key count over the keys before it.
  const web = shared(
    '  x-base: &m\n    metadata: {labels: {a: b}}\n',
    '    metadata: {labels: {a: c}}\n    <<: *m\n',
  );
  const error = await errorOf({ 'app.yaml': APP, 'web.yaml': web });
  expect(error).toMatchObject({
    code: 'MANIFEST_INVALID',
    message: expect.stringMatching(/^web\.yaml:1:1: the pod template's annotations cannot be written here/),
  });
});
