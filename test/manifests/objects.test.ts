import { expect, test } from 'vitest';
import { readDocuments } from '../../src/manifests/documents.ts';
import { nameOf, objectsOf } from '../../src/manifests/objects.ts';
import { deploymentYaml, errorOf } from '../kit/injected.ts';

test.each([
  [
    'envFrom: [{configMapRef: {name: app}}]',
    'envFrom: {configMapRef: {name: app}}',
    'w.yaml:12:20: deployment/web: spec.template.spec.containers[0].envFrom must be array',
  ],
  [
    'envFrom: [{configMapRef: {name: app}}]',
    'env: [{valueFrom: {configMapKeyRef: {name: app}}}]',
    'w.yaml:12:47: deployment/web: spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef must have required properties key',
  ],
  [
    '  name: web\n',
    '  name: web\n  annotations: {example.com/x: true}\n',
    'w.yaml:7:32: deployment/web: metadata.annotations["example.com/x"] must be string',
  ],
  [
    'metadata:\n  name: web\n',
    '',
    'w.yaml:3:1: deployment: the object must have required properties metadata',
  ],
  ['spec:\n', 'spec: 7\nx-spec:\n', 'w.yaml:7:7: deployment/web: spec must be object'],
])(
  'the error for a Deployment that does not fit its schema has position, field and reason',
  async (from, to, message) => {
    const error = await errorOf({ 'w.yaml': `# w\n---\n${deploymentYaml('').replace(from, to)}` });
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID', message });
  },
);

test.each([
  ['a list', '  a: [hunter2]\n'],
  ['a number', '  a: 5\n  b: hunter2\n'],
])('the error for a ConfigMap that holds %s has position and field, but no value', async (_name, data) => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n${data}`;
  const error = await errorOf({ 'c.yaml': text });
  expect(error.code).toBe('MANIFEST_INVALID');
  expect(error.message).toContain('c.yaml:5:6: configmap/app: data.a must be string');
  expect(error.message).not.toContain('hun');
});

/** The objects of one document: the position of each, and its name. */
function found(text: string) {
  const { documents } = readDocuments({ name: 'x.yaml', text });
  return documents.flatMap(objectsOf).map((object) => [object.path, object.apiVersion, nameOf(object)]);
}

test('an object is a document, or an item of a list in one, lists in lists included', () => {
  const config = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}';
  expect(found(config)).toEqual([[[], 'v1', 'configmap/a']]);
  expect(
    found(`{kind: List, items: [${config}, {apiVersion: v1, kind: ConfigMapList, items: [${config}]}]}`),
  ).toEqual([
    [['items', 0], 'v1', 'configmap/a'],
    [['items', 1, 'items', 0], 'v1', 'configmap/a'],
  ]);
});

test('other values are skipped, and an object without a name is called by its kind', () => {
  expect(found('just text\n---\n- 1\n---\nkind: 7\n---\n{apiVersion: v1, kind: Secret}\n')).toEqual([
    [[], 'v1', 'secret'],
  ]);
});
