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

test('a valid object is returned unchanged, including unknown fields', () => {
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
])(
  '%j does not fit: the error names the deepest wrong field, and quotes no value',
  (object, pointer, message) => {
    expect(check(object)).toMatchObject({ kind: 'wrong', deepest: { pointer, message } });
  },
);

test('of several wrong fields, the first and deepest is reported', () => {
  expect(check({ spec: { ports: [{ port: 'http' }] } })).toMatchObject({
    first: { pointer: '' },
    deepest: { pointer: '/spec/ports/0/port' },
  });
});

test.each([undefined, null, 7, 'text', []])('%j is not such an object', (value) => {
  expect(check(value)).toMatchObject({ kind: 'wrong', first: { pointer: '', message: 'must be object' } });
});
