import { expect, test } from 'vitest';
import { disowningPatch } from '../../src/marks/own-fields.ts';

const annotations = (fields: object) => ({ 'f:metadata': { 'f:annotations': fields } });
const onTemplate = (fields: object) => ({ 'f:spec': { 'f:template': annotations(fields) } });
const MARKS = onTemplate({ '.': {}, 'f:lockstep.dev/config-hash': {}, 'f:lockstep.dev/config-sources': {} });

const entry = (more: object = {}) => ({
  manager: 'lockstep',
  operation: 'Update',
  apiVersion: 'apps/v1',
  fieldsV1: MARKS,
  ...more,
});
const KUBECTL = entry({ manager: 'kubectl', operation: 'Apply' });
const object = (...managedFields: unknown[]) => ({ metadata: { managedFields } });

test('lockstep’s own entry goes, and no other one', () => {
  const own = entry({
    fieldsV1: { ...MARKS, ...annotations({ 'f:lockstep.dev/baseline': {}, 'f:lockstep.dev/held': {} }) },
  });
  expect(disowningPatch(object(KUBECTL, own))).toEqual([
    { op: 'test', path: '/metadata/managedFields/1/manager', value: 'lockstep' },
    { op: 'test', path: '/metadata/managedFields/1/operation', value: 'Update' },
    { op: 'remove', path: '/metadata/managedFields/1' },
  ]);
});

test.each([
  ['others', object(KUBECTL)],
  ['a manifest that somebody applies under this name', object(entry({ operation: 'Apply' }))],
  ['a status', object(entry({ subresource: 'status' }))],
  ['more than marks', object(entry({ fieldsV1: onTemplate({ 'f:note': {} }) }))],
  ['a setting', object(entry({ fieldsV1: annotations({ 'f:lockstep.dev/ignore': {} }) }))],
  ['nobody', object()],
  ['nobody, because the fields were emptied', {}],
  ['something that is no entry', object('lockstep')],
])('nothing goes if the fields belong to %s', (_, given) => {
  expect(disowningPatch(given)).toBeUndefined();
});
