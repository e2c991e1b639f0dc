import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { maybe } from '../../src/schema.ts';
import { checkOf } from '../../src/workloads/check.ts';

const check = checkOf(
  Type.Object({
    name: Type.String(),
    spec: maybe(Type.Object({ ports: maybe(Type.Array(Type.Object({ port: Type.Integer() }))) })),
  }),
);

test('what fits is handed out as it is, unknown fields included', () => {
  const object = { name: 'web', unknown: { a: [1] }, spec: { ports: [{ port: 80, protocol: 'TCP' }] } };
  const checked = check(object);
  expect(checked).toEqual({ kind: 'checked', object });
  expect(checked.kind === 'checked' && checked.object).toBe(object);
});

test.each([
  [{ name: 7 }, '/name', 'must be string'],
  [
    { name: 'web', spec: { ports: [{ port: 80 }, { port: 'http' }] } },
    '/spec/ports/1/port',
    'must be integer',
  ],
  [{ name: 'web', spec: { ports: 'none' } }, '/spec/ports', 'must be array'],
])('%j does not: the deepest misfit says where, and quotes no value', (object, pointer, message) => {
  expect(check(object)).toMatchObject({ kind: 'wrong', deepest: { pointer, message } });
});

test('of several misfits the first is told, and the one that lies deepest', () => {
  expect(check({ spec: { ports: [{ port: 'http' }] } })).toMatchObject({
    first: { pointer: '' },
    deepest: { pointer: '/spec/ports/0/port' },
  });
});

test.each([undefined, null, 7, 'text', []])('%j is no such object', (value) => {
  expect(check(value)).toMatchObject({ kind: 'wrong', first: { pointer: '', message: 'must be object' } });
});
